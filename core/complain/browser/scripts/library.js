// The names by which the tool calls into the page.

return {
  fold,
  find,
  inventory,
  fill,
  begin,
  proceed,
  readBack,
  readLater,
  filesListed,
  editorLeft,
  changed,
  settled,
  visibleText,
  shownTexts,
  buttons,
  buttonList,
  heldElement,
  unitElement,
  drawBoxes,
  removeBoxes,
};
