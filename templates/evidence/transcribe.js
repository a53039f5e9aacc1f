"use strict";
// The page beside which a person reads a picture. Places are kept in pixels of the upright picture, not of the screen.
const $ = (id) => document.getElementById(id);
const state = { evidence: 0, covers: [], mode: "mark", row: null, start: null, kept: "", keptCovers: "[]", done: false };

function say(sentences, bad) {
  $("said").replaceChildren(...sentences.map((text) => {
    const item = document.createElement("li");
    item.textContent = text;
    item.className = bad ? "bad" : "";
    return item;
  }));
}

async function send(path, body) {
  try {
    const answer = await fetch(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
    return { ok: answer.ok, told: await answer.json() };
  } catch {
    return { ok: false, told: { said: "没有保存：原来的窗口没有应答。请先把本页的内容记下来，再重新运行命令。" } };
  }
}

function written() {
  const value = (inside, name) => inside.querySelector(`[name=${name}]`).value.trim();
  return {
    rows: rows().map((row) => ({
      ...Object.fromEntries(["day", "time", "number", "direction", "state", "seconds"].map((name) => [name, value(row, name)])),
      area: row.area,
    })),
    numbers: [...$("numbers").children].map((line) => ({ number: line.dataset.number, reason: value(line, "reason"), lender: value(line, "lender") })),
  };
}

const keptRows = () => { state.kept = JSON.stringify(written()); };
const keptCovers = () => { state.keptCovers = JSON.stringify(state.covers); };
const isUnsaved = () => !state.done && (JSON.stringify(written()) !== state.kept || JSON.stringify(state.covers) !== state.keptCovers);
const mayLeave = () => !isUnsaved() || confirm("这张照片上还有没有保存的抄录或涂黑。不保存就离开吗？");

function scale() { return $("picture").naturalWidth / $("picture").clientWidth; }

function box(kind, area, text) {
  const shown = document.createElement("div"), factor = 1 / scale();
  shown.className = kind;
  [shown.style.left, shown.style.top, shown.style.width, shown.style.height] = area.map((pixels) => `${pixels * factor}px`);
  shown.textContent = text || "";
  return shown;
}

function draw(drawing) {
  const marks = rows().map((row, place) => row.area && box("mark", row.area, String(place + 1))).filter(Boolean);
  const covers = state.covers.map((area) => box("cover", area));
  $("areas").replaceChildren(...marks, ...covers, ...(drawing ? [box(`${state.mode} drawing`, drawing)] : []));
}

function rows() { return [...$("rows").children]; }

function choose(row) {
  state.row = row;
  rows().forEach((each) => each.classList.toggle("chosen", each === row));
}

function number() {
  rows().forEach((row, place) => { row.querySelector(".place").textContent = place + 1; });
  const there = new Map([...$("numbers").children].map((line) => [line.dataset.number, line]));
  const wanted = [...new Set(rows().map((row) => row.querySelector("[name=number]").value.replace(/[^\d]/g, "")).filter((text) => text.length > 2))];
  $("numbers").replaceChildren(...wanted.map((text) => {
    if (there.has(text)) return there.get(text);
    const line = $("number").content.firstElementChild.cloneNode(true);
    line.dataset.number = text;
    line.querySelector("b").textContent = text;
    return line;
  }));
}

function add(known) {
  const row = $("row").content.firstElementChild.cloneNode(true);
  const before = rows().at(-1);
  row.area = known ? known.area : null;
  for (const [name, value] of Object.entries(known || {})) if (name !== "area") row.querySelector(`[name=${name}]`).value = value;
  if (!known && before) for (const name of ["day", "number"]) row.querySelector(`[name=${name}]`).value = before.querySelector(`[name=${name}]`).value;
  row.querySelector(".marked").textContent = row.area ? "已标" : "未标";
  row.addEventListener("focusin", () => choose(row));
  row.addEventListener("input", number);
  row.querySelector(".remove").addEventListener("click", () => { row.remove(); number(); draw(); });
  $("rows").append(row);
  choose(row);
  number();
}

async function open(evidence) {
  const answer = await fetch(`kept/${evidence}`), kept = await answer.json();
  Object.assign(state, { evidence, covers: kept.covers });
  $("earlier").hidden = !kept.earlier;
  document.querySelectorAll("nav button").forEach((each) => each.setAttribute("aria-current", String(Number(each.dataset.number) === evidence)));
  $("rows").replaceChildren();
  $("numbers").replaceChildren();
  say([]);
  $("picture").src = `picture/${evidence}?${Date.now()}`;
  kept.rows.forEach(add);
  for (const known of kept.numbers) {
    const line = $("numbers").querySelector(`[data-number="${known.number}"]`);
    if (line) { line.querySelector("[name=reason]").value = known.reason; line.querySelector("[name=lender]").value = known.lender; }
  }
  if (!kept.rows.length) add();
  keptRows();
  keptCovers();
}

function place(event) {
  const frame = $("picture").getBoundingClientRect(), factor = scale();
  const inside = (value, most) => Math.max(0, Math.min(most, value));
  return [inside((event.clientX - frame.left) * factor, $("picture").naturalWidth), inside((event.clientY - frame.top) * factor, $("picture").naturalHeight)];
}

function area(event) {
  const [x, y] = place(event), [left, top] = state.start;
  return [Math.min(x, left), Math.min(y, top), Math.abs(x - left), Math.abs(y - top)].map(Math.round);
}

$("stage").addEventListener("pointerdown", (event) => { state.start = place(event); $("stage").setPointerCapture(event.pointerId); event.preventDefault(); });
$("stage").addEventListener("pointermove", (event) => { if (state.start) draw(area(event)); });
$("stage").addEventListener("pointerup", (event) => {
  if (!state.start) return;
  const drawn = area(event);
  state.start = null;
  if (drawn[2] > 3 && drawn[3] > 3) {
    if (state.mode === "cover") state.covers.push(drawn);
    else if (state.row) { state.row.area = drawn; state.row.querySelector(".marked").textContent = "已标"; }
  }
  draw();
});
for (const mode of ["mark", "cover"]) $(mode).addEventListener("click", () => {
  state.mode = mode;
  for (const each of ["mark", "cover"]) $(each).setAttribute("aria-pressed", String(each === mode));
});
$("undo").addEventListener("click", () => { state.covers.pop(); draw(); });
$("add").addEventListener("click", () => add());
$("picture").addEventListener("load", () => draw());
addEventListener("resize", () => draw());

$("save").addEventListener("click", async () => {
  const now = written(), { ok, told } = await send("rows", { evidence: state.evidence, ...now });
  const wrong = told.wrong || [];
  rows().forEach((row, place) => row.classList.toggle("wrong", wrong.some((each) => each.row === place + 1)));
  say(told.said ? [told.said] : wrong.map((each) => (each.row ? `第${each.row}行：${each.why}` : each.why)), !ok);
  if (ok) state.kept = JSON.stringify(now);
});
$("save-copy").addEventListener("click", async () => {
  const covers = [...state.covers], { ok, told } = await send("cover", { evidence: state.evidence, areas: covers });
  say([told.said], !ok);
  if (ok) state.keptCovers = JSON.stringify(covers);
});
$("afresh").addEventListener("click", async () => {
  if (!mayLeave()) return;
  const { ok, told } = await send("afresh", { evidence: state.evidence });
  if (ok) await open(state.evidence);
  else say([told.said], true);
});
$("done").addEventListener("click", async () => {
  if (!mayLeave()) return;
  const { ok, told } = await send("done", {});
  if (!ok) return say([told.said], true);
  state.done = true;
  document.body.textContent = "已完成，可以关闭本页，回到原来的窗口。";
});

addEventListener("beforeunload", (event) => { if (isUnsaved()) event.preventDefault(); });
document.querySelectorAll("nav button").forEach((each) => each.addEventListener("click", () => { if (mayLeave()) open(Number(each.dataset.number)); }));
open(Number(document.querySelector("nav button").dataset.number));
