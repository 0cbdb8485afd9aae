// SPDX-License-Identifier: Apache-2.0
// Puts a button beside each block of commands that copies exactly what stands in it. Without this script the page
// is whole: a click into a block selects all of it. It sends and stores nothing.
"use strict";
for (const block of document.querySelectorAll("pre.copy")) {
  const button = document.createElement("button");
  const status = document.createElement("span");
  button.type = "button";
  button.className = "copier";
  button.textContent = "Copy";
  button.setAttribute("aria-label", "Copy: " + block.dataset.label);
  status.className = "copied";
  status.setAttribute("role", "status");
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(block.textContent);
      status.textContent = "Copied";
    } catch {
      getSelection().selectAllChildren(block);
      status.textContent = "Selected: copy it with the keyboard";
    }
    setTimeout(() => { status.textContent = ""; }, 4000);
  });
  const bar = document.createElement("p");
  bar.className = "copybar";
  bar.append(status, button);
  block.before(bar);
}
