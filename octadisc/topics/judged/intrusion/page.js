"use strict";
(() => {
  const root = document.documentElement.dataset;
  const store = `octadisc ${root.sheet} ${root.coder}`;
  const items = [...document.querySelectorAll("fieldset")];
  const unsure = "can't tell";
  const said = document.getElementById("said");
  let answers = {};
  let kept = true;      // whether the device keeps answers when the page is closed
  let unsent = false;   // whether there are answers since the last download
  let here = null;

  const radios = (item) => [...item.querySelectorAll("input[type=radio]")];

  function show() {
    for (const item of items) {
      for (const one of radios(item)) one.checked = answers[item.id] === one.value;
      item.querySelector(".clear").hidden = !(item.id in answers);
    }
    const n = items.filter((item) => item.id in answers).length;
    document.getElementById("progress").value = n;
    document.getElementById("count").textContent = `${n} of ${items.length} answered`;
  }

  function keep() {
    unsent = true;
    try {
      localStorage.setItem(store, JSON.stringify(answers));
    } catch {
      kept = false;
      said.textContent = "This browser does not keep answers when the page is closed: download them before.";
    }
    show();
  }

  function go(item) {
    if (!item) return;
    if (here) here.classList.remove("current");
    here = item;
    here.classList.add("current");
  }

  function visit(item) {
    if (!item) return;
    const chosen = radios(item).find((one) => one.checked) || radios(item)[0];
    chosen.focus({ preventScroll: true });
    go(item);
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    item.scrollIntoView({ block: "start", behavior: calm ? "auto" : "smooth" });
  }

  function answer(item, value) {
    answers[item.id] = value;
    keep();
  }

  for (const item of items) {
    item.addEventListener("focusin", () => go(item));
    item.addEventListener("change", (event) => answer(item, event.target.value));
    item.querySelector(".clear").addEventListener("click", () => {
      delete answers[item.id];
      keep();
      visit(item);
    });
  }

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || !/^[0-9]$/.test(event.key)) return;
    const item = here || items[0];
    const value = event.key === "0" ? unsure : event.key;
    if (!radios(item).some((one) => one.value === value)) return;
    event.preventDefault();
    answer(item, value);
    const next = items[items.indexOf(item) + 1];
    visit(next || item);
  });

  document.getElementById("next").addEventListener("click", () => {
    const from = here ? items.indexOf(here) + 1 : 0;
    const open = [...items.slice(from), ...items.slice(0, from)].find((item) => !(item.id in answers));
    if (open) visit(open);
    else said.textContent = "All are answered. Download the answers and send the file back.";
  });

  document.getElementById("save").addEventListener("click", () => {
    const rows = items.map((item) => `${item.id},${root.cell},${answers[item.id] ?? ""}`);
    const text = `\ufeffline,coder,answer\r\n${rows.join("\r\n")}\r\n`;
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([text], { type: "text/csv;charset=utf-8" }));
    link.download = `coder ${root.coder} answers.csv`;
    document.body.append(link);
    link.click();
    link.remove();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
    unsent = false;
    const open = items.filter((item) => !(item.id in answers)).length;
    said.textContent = open ? `Downloaded; ${open} of ${items.length} have no answer yet.` : "Downloaded: all are answered.";
  });

  document.getElementById("load").addEventListener("change", async (event) => {
    const [file] = event.target.files;
    event.target.value = "";
    if (!file) return;
    let n = 0;
    for (const row of (await file.text()).split(/\r?\n/)) {
      const found = /^"?([a-z]{12})"?[,;].*[,;]"?([^,;"]*)"?$/.exec(row);
      const item = found && document.getElementById(found[1]);
      if (item && radios(item).some((one) => one.value === found[2])) {
        answers[found[1]] = found[2];
        n += 1;
      }
    }
    keep();
    said.textContent = n ? `${n} answers loaded.` : `${file.name} has no answers to these items.`;
  });

  addEventListener("beforeunload", (event) => {
    if (unsent && !kept) event.preventDefault();
  });

  try {
    const before = JSON.parse(localStorage.getItem(store) || "{}");
    for (const item of items) if (radios(item).some((one) => one.value === before[item.id])) answers[item.id] = before[item.id];
  } catch {
    answers = {};
  }
  show();
})();
