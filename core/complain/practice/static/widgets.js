// Small widgets of the practice pages: word counter, uploader, dialog, toast.
"use strict";

function toast(words) {
  document.querySelectorAll(".toast").forEach((old) => old.remove());
  const box = document.createElement("div");
  box.className = "toast";
  box.setAttribute("role", "status");
  box.textContent = words;
  document.body.append(box);
  setTimeout(() => box.remove(), 2500);
}

// Opens a dialog in the page. `keepOpen` is the double-click trap: the button stays where it was.
function askInPage(title, words, onYes, { keepOpen = false, body = null } = {}) {
  const shade = document.createElement("div");
  shade.className = "shade";
  shade.innerHTML =
    '<div class="dialog" role="dialog" aria-modal="true"><h3></h3><p></p><div class="slot"></div>' +
    '<footer><button type="button" class="no">取消</button><button type="button" class="yes">确定</button></footer></div>';
  const dialog = shade.querySelector(".dialog");
  dialog.setAttribute("aria-label", title);
  shade.querySelector("h3").textContent = title;
  shade.querySelector("p").textContent = words;
  if (body) shade.querySelector(".slot").append(body);
  const close = () => shade.remove();
  shade.querySelector(".no").addEventListener("click", close);
  shade.querySelector(".yes").addEventListener("click", () => {
    if (!keepOpen) close();
    onYes(close);
  });
  document.body.append(shade);
}

function watchCounters() {
  document.querySelectorAll("[data-counter]").forEach((area) => {
    const shown = area.parentElement.querySelector("[data-count]");
    const count = () => (shown.textContent = [...area.value].length);
    area.addEventListener("input", count);
    count();
  });
}

function picture(file) {
  const image = document.createElement("img");
  image.alt = file.name;
  image.src = URL.createObjectURL(file);
  return image;
}

function badge(file) {
  const kind = document.createElement("span");
  kind.className = "badge";
  kind.textContent = file.name.split(".").pop().toUpperCase();
  return kind;
}

class Uploader {
  constructor(box) {
    this.box = box;
    this.input = box.querySelector("input[type=file]");
    this.url = box.dataset.url;
    this.most = Number(box.dataset.max);
    this.busy = 0;
    this.input.addEventListener("change", () => [...this.input.files].forEach((file) => this.add(file)));
  }

  get ids() {
    return [...this.box.querySelectorAll(".tile[data-id]")].map((tile) => tile.dataset.id);
  }

  add(file) {
    if (this.box.querySelectorAll(".tile").length >= this.most) return toast(`最多上传 ${this.most} 个文件`);
    const tile = document.createElement("figure");
    tile.className = "tile";
    tile.innerHTML = '<figcaption>上传中</figcaption><button type="button" class="drop">×</button>';
    tile.prepend(file.type.startsWith("image/") ? picture(file) : badge(file));
    tile.querySelector(".drop").setAttribute("aria-label", `删除 ${file.name}`);
    tile.querySelector(".drop").addEventListener("click", () => tile.remove());
    this.box.insertBefore(tile, this.box.querySelector(".add"));
    this.send(file, tile);
  }

  async send(file, tile) {
    const note = tile.querySelector("figcaption");
    const body = new FormData();
    body.append("file", file, file.name);
    this.busy += 1;
    try {
      const answer = await (await fetch(this.url, { method: "POST", body })).json();
      if (answer.state !== "stored") throw new Error(answer.words);
      tile.dataset.id = answer.id;
      note.textContent = file.name;
      tile.classList.add("stored");
    } catch {
      note.textContent = "上传失败";
      tile.classList.add("failed");
    } finally {
      this.busy -= 1;
    }
  }
}

watchCounters();
