// The in-app desk's form: checks, asks again, and posts by script.
"use strict";

const form = document.getElementById("complaint");
const uploader = new Uploader(form.querySelector("[data-uploader]"));
const trap = "trap" in form.dataset;
let sending = false;

function filled() {
  const body = new FormData(form);
  uploader.ids.forEach((id) => body.append("uploads", id));
  return body;
}

function firstGap() {
  const names = { type: "投诉类型", product: "涉及产品", description: "问题描述", phone: "联系电话" };
  const body = new FormData(form);
  const gap = Object.keys(names).find((name) => !(body.get(name) || "").trim());
  if (gap) return `请填写${names[gap]}`;
  if (!body.get("agreed")) return "请先阅读并同意《投诉须知》";
  return uploader.busy ? "文件上传中，请稍候" : "";
}

async function post() {
  if (sending && !trap) return;
  sending = true;
  const button = form.querySelector("button.primary");
  button.disabled = !trap;
  button.textContent = "提交中…";
  try {
    const answer = await (await fetch("/h5/api/complaints", { method: "POST", body: filled() })).json();
    show(answer);
  } catch {
    toast("网络异常，请稍后再试");
  } finally {
    sending = false;
    button.disabled = false;
    button.textContent = "提交投诉";
  }
}

function show(answer) {
  if (answer.state === "taken") location.assign(`/h5/complaint/result?no=${encodeURIComponent(answer.number)}`);
  else if (answer.state === "challenged") challenge(answer.words);
  else if (answer.state === "invalid") toast(answer.words);
  else askInPage("提示", answer.words, () => answer.state === "expired" && location.assign("/login"));
}

function challenge(words) {
  const body = document.createElement("div");
  body.className = "captcha";
  body.innerHTML = '<img class="captcha" alt="图形验证码"><input aria-label="图形验证码" maxlength="4" autocomplete="off">';
  body.querySelector("img").src = `/captcha.png?${Date.now()}`;
  askInPage("安全验证", words, async () => {
    const data = new FormData();
    data.append("captcha", body.querySelector("input").value);
    const answer = await (await fetch("/h5/api/verify", { method: "POST", body: data })).json();
    toast(answer.state === "trusted" ? "验证通过，请重新提交" : "验证码不正确，请重新提交");
  }, { body });
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const gap = firstGap();
  if (gap) return toast(gap);
  askInPage("确定提交？", "提交后不能修改，请确认内容属实。", post, { keepOpen: trap });
});

form.querySelector("[data-draft]").addEventListener("click", async () => {
  await fetch("/h5/api/drafts", { method: "POST", body: new FormData(form) });
  toast("草稿已保存");
});

// A site that saves behind the visitor's back (the fault "autosave"): while typing, and when the page is left.
if (form.dataset.autosave) {
  let timer = 0;
  const save = () => fetch("/h5/api/drafts", { method: "POST", body: new FormData(form) }).catch(() => undefined);
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(save, Number(form.dataset.autosave) * 1000);
  });
  addEventListener("pagehide", () => navigator.sendBeacon("/h5/api/drafts", new FormData(form)));
}
