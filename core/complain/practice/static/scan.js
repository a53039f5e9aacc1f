// Asks until the phone has confirmed; the visitor then goes on by the button.
"use strict";

const note = document.querySelector("[data-state]");
const timer = setInterval(async () => {
  const answer = await fetch(note.dataset.state).catch(() => null);
  if (!answer || !(await answer.json()).confirmed) return;
  note.textContent = "手机已确认，请点击下方按钮继续";
  clearInterval(timer);
}, 1000);
