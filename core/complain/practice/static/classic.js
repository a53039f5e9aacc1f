// Desks that post a form: asks again before the submit, sends SMS codes, lists chosen files.
"use strict";

function guard(form) {
  const trap = "trap" in form.dataset;
  let sure = false;
  form.addEventListener("submit", (event) => {
    if (form.dataset.ask && !confirm(form.dataset.ask)) return event.preventDefault();
    if (form.dataset.dialog && !sure) {
      event.preventDefault();
      return askInPage(form.dataset.dialog, "提交后不能修改，请确认内容属实。", () => {
        sure = true;
        form.requestSubmit();
        sure = trap;
      }, { keepOpen: trap });
    }
    const button = form.querySelector("button.primary");
    if (!trap && button) setTimeout(() => { button.disabled = true; button.textContent = "提交中…"; });
  });
}

function sendsCode(button) {
  button.addEventListener("click", async () => {
    button.disabled = true;
    try {
      const answer = await fetch(button.dataset.send, { method: "POST" });
      toast((await answer.json()).words);
      if (answer.ok) return countDown(button, 60);
    } catch {
      toast("网络异常，请稍后再试");
    }
    button.disabled = false;
  });
}

function countDown(button, seconds) {
  const words = button.textContent;
  const tick = () => {
    button.textContent = seconds > 0 ? `${seconds} 秒后重发` : words;
    button.disabled = seconds > 0;
    if (seconds > 0) setTimeout(tick, 1000);
    seconds -= 1;
  };
  tick();
}

function listsFiles(input) {
  const list = input.closest("td, div.line").querySelector(".chosen");
  input.addEventListener("change", () => {
    list.replaceChildren(...[...input.files].map((file) => {
      const item = document.createElement("li");
      item.textContent = `${file.name}（${Math.ceil(file.size / 1000)} KB）`;
      return item;
    }));
  });
}

document.querySelectorAll("form[data-ask], form[data-dialog]").forEach(guard);
document.querySelectorAll("[data-send]").forEach(sendsCode);
document.querySelectorAll("[data-picker]").forEach(listsFiles);
document.querySelectorAll("img.captcha").forEach((picture) =>
  picture.addEventListener("click", () => (picture.src = `/captcha.png?${Date.now()}`)));
