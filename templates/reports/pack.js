"use strict";
// The page is complete without this. It copies exactly the text that is shown, and keeps a call note.
(() => {
  document.documentElement.classList.add("js");

  const copyBySelection = (element) => {
    const selection = getSelection();
    const range = document.createRange();
    range.selectNodeContents(element);
    selection.removeAllRanges();
    selection.addRange(range);
    return document.execCommand("copy");
  };

  const copy = async (element) => {
    try {
      await navigator.clipboard.writeText(element.textContent);
      return true;
    } catch {
      // Older browsers and pages inside Apps have no clipboard for scripts; the text stays selected for the hand.
      return copyBySelection(element);
    }
  };

  for (const button of document.querySelectorAll("button[data-copy]")) {
    button.hidden = false;
    button.addEventListener("click", async () => {
      const done = await copy(document.getElementById(button.dataset.copy));
      document.querySelector("button.copied")?.classList.remove("copied");
      button.textContent = done ? "已复制" : "已选中，请手动复制";
      button.classList.add("copied");
      // Back from the other page, one sees at once where one was.
      const tick = button.closest(".field")?.querySelector("input[type=checkbox]");
      if (tick && done) tick.checked = true;
    });
  }

  const form = document.getElementById("call-note");
  if (!form) return;
  const state = document.getElementById("note-state");
  const save = document.getElementById("save-note");
  const fields = [...form.elements];
  // The tab's own storage: on a shared computer nothing is left once the page is closed.
  const key = "call-note:" + location.pathname;
  let unsaved = false;

  const kept = JSON.parse(sessionStorage.getItem(key) || "{}");
  for (const field of fields) field.value = kept[field.name] || "";

  form.addEventListener("input", () => {
    const values = Object.fromEntries(fields.map((field) => [field.name, field.value]));
    sessionStorage.setItem(key, JSON.stringify(values));
    unsaved = true;
    state.textContent = "已暂存，还没有保存为文件";
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  addEventListener("beforeunload", (event) => {
    if (unsaved) event.preventDefault();
  });

  save.hidden = false;
  save.addEventListener("click", () => {
    const text = fields.map((field) => field.name + "：" + field.value).join("\r\n\r\n") + "\r\n";
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob(["\ufeff", text], { type: "text/plain" }));
    link.download = "通话记录.txt";
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60000);
    unsaved = false;
    state.textContent = "已保存到浏览器的下载文件夹";
  });
})();
