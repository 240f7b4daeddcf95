"use strict";
// The sentences behind each figure. Text of the corpus is only ever written as text, never as markup.
(() => {
  const FIRST_ROWS = 50;
  let read = null;
  const store = () => (read ??= JSON.parse(document.getElementById("store").textContent));
  const make = (tag, attributes = {}, ...inside) => {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (name === "text") made.textContent = value;
      else if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
      else if (value !== null && value !== false) made.setAttribute(name, value === true ? "" : value);
    }
    made.append(...inside);
    return made;
  };
  const counted = (n, noun) => `${n.toLocaleString("en")} ${noun}${n === 1 ? "" : "s"}`;
  const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLocaleLowerCase();

  // --- the elements of a figure: what can be pointed at, clicked, and walked through with the arrow keys

  function layOut(article) {
    const name = article.dataset.figure;
    const figure = store().figures[name];
    const hits = article.querySelector(".hits");
    if (!figure || hits.childElementCount) return;
    const tip = make("div", { class: "tip", "aria-hidden": "true", hidden: true });
    figure.elements.forEach(([x, y, width, height, says, behind]) => {
      const n = behind.reduce((sum, one) => sum + figure.evidence[one][2], 0);
      const more = behind.length ? `${counted(n, "row")} behind it` : "";
      const made = behind.length
        ? make("button", { type: "button", class: "hit", tabindex: "-1", "aria-label": `${says}. ${more}.` })
        : make("span", { class: "hit empty" });
      Object.assign(made.style, {
        left: `${x * 100}%`, top: `${y * 100}%`, width: `${width * 100}%`, height: `${height * 100}%`,
      });
      const point = () => {
        tip.textContent = behind.length ? `${says} · ${more}` : says;
        tip.hidden = false;
        const right = x > 0.55;
        tip.style.left = right ? "" : `${x * 100}%`;
        tip.style.right = right ? `${(1 - x - width) * 100}%` : "";
        tip.style.top = `${(y + height) * 100}%`;
      };
      made.addEventListener("mouseenter", point);
      made.addEventListener("focus", point);
      for (const away of ["mouseleave", "blur"]) made.addEventListener(away, () => { tip.hidden = true; });
      if (behind.length) made.addEventListener("click", () => show(article, behind[0], made));
      hits.append(made);
    });
    hits.append(tip);
    const buttons = [...hits.querySelectorAll("button")];
    if (buttons.length) buttons[0].tabIndex = 0;
    hits.addEventListener("keydown", (event) => walk(event, buttons));
    fillSelect(article, figure);
  }

  function walk(event, buttons) {
    const from = document.activeElement;
    const at = buttons.indexOf(from);
    if (at < 0) return;
    let to = null;
    if (event.key === "Home") to = buttons[0];
    else if (event.key === "End") to = buttons[buttons.length - 1];
    else to = nearest(from, buttons, event.key);
    if (!to) return;
    event.preventDefault();
    from.tabIndex = -1;
    to.tabIndex = 0;
    to.focus();
  }

  function nearest(from, buttons, key) {
    const [across, up] = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] }[key] ?? [0, 0];
    if (!across && !up) return null;
    const middle = (one) => {
      const box = one.getBoundingClientRect();
      return [box.x + box.width / 2, box.y + box.height / 2];
    };
    const [x, y] = middle(from);
    let best = null;
    let least = Infinity;
    for (const one of buttons) {
      const [a, b] = middle(one);
      const along = (a - x) * across + (b - y) * up;
      const aside = Math.abs((a - x) * up) + Math.abs((b - y) * across);
      const cost = along + 3 * aside;
      if (along > 0.5 && cost < least) [best, least] = [one, cost];
    }
    return best;
  }

  function fillSelect(article, figure) {
    const select = article.querySelector(".ask select");
    if (!select) return;
    figure.evidence.forEach(([what, , n], i) => select.append(make("option", { value: i, text: `${what} (${n.toLocaleString("en")})` })));
    select.addEventListener("change", () => { if (select.value !== "") show(article, Number(select.value), select); });
  }

  // --- the sentences behind one number

  function show(article, number, from) {
    const [what, says, n, numbers, matches = [], contributions = []] = store().figures[article.dataset.figure].evidence[number];
    const rows = numbers.map((one, i) => {
      const [release, sentence] = store().sentences[one];
      const [id, date, issuer, source] = store().releases[release];
      const contribution = contributions[i] ?? "";
      return { id, date, issuer, source, sentence, match: store().words[matches[i]] ?? "", contribution };
    });
    const panel = article.querySelector(".evidence");
    const select = article.querySelector(".ask select");
    select.value = String(number);
    const close = () => { panel.hidden = true; select.value = ""; from.focus(); };
    const heading = make("h4", { text: what, tabindex: "-1" });
    const some = numbers.length < n ? ` On this page ${counted(numbers.length, "of them").replace(/s$/, "")}.` : "";
    const status = make("span", { role: "status" });
    const search = make("input", { type: "search", "aria-label": `Search the sentences behind ${what}` });
    const body = make("tbody");
    const more = make("button", { type: "button", class: "more", text: "Show all" });
    const ranked = contributions.length > 0;
    const columns = ["date", "issuer", "source", "sentence", ...(ranked ? ["contribution"] : [])];
    const state = { sort: null, down: false, all: false };
    const heads = columns.map((column) => make("th", { scope: "col" }, make("button", {
      type: "button", text: column, onclick: () => {
        state.down = state.sort === column ? !state.down : false;
        state.sort = column;
        heads.forEach((head, i) => head.setAttribute("aria-sort", columns[i] === column ? (state.down ? "descending" : "ascending") : "none"));
        draw();
      },
    })));
    const wanted = () => {
      const asked = plain(search.value).split(/\s+/).filter(Boolean);
      const found = rows.filter((one) => {
        const text = plain(`${one.date} ${one.issuer} ${one.source} ${one.sentence}`);
        return asked.every((word) => text.includes(word));
      });
      if (state.sort) {
        const sign = state.down ? -1 : 1;
        const key = state.sort;
        found.sort((a, b) => sign * (key === "contribution" ? a[key] - b[key] : a[key].localeCompare(b[key])));
      }
      return found;
    };
    const draw = () => {
      const found = wanted();
      const shown = state.all ? found : found.slice(0, FIRST_ROWS);
      body.replaceChildren(...shown.map((one) => make("tr", {}, ...columns.map((column) => cell(one, column)))));
      status.textContent = found.length === rows.length ? counted(rows.length, "row") : `${found.length} of ${counted(rows.length, "row")}`;
      more.hidden = shown.length === found.length;
      more.textContent = `Show all ${found.length.toLocaleString("en")}`;
    };
    search.addEventListener("input", draw);
    more.addEventListener("click", () => { state.all = true; draw(); });
    panel.replaceChildren(
      make("div", { class: "head" }, heading, make("button", { type: "button", class: "close", "aria-label": "Close the sentences", text: "×", onclick: close })),
      make("p", { text: `${says}.${some}` }),
      make("div", { class: "tools" },
        make("label", {}, "Search ", search),
        make("button", { type: "button", text: "Save these (CSV)", onclick: () => save(`${article.dataset.figure}-evidence.csv`, toCsv(wanted(), ["id", ...columns]), "text/csv") }),
        status),
      make("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": `Sentences behind ${what}` },
        make("table", {}, make("thead", {}, make("tr", {}, ...heads)), body)),
      more,
    );
    panel.setAttribute("aria-label", `Evidence: ${what}`);
    panel.onkeydown = (event) => { if (event.key === "Escape") close(); };
    panel.hidden = false;
    draw();
    heading.focus({ preventScroll: true });
    panel.scrollIntoView({ block: "nearest" });
  }

  function cell(one, column) {
    const made = make("td", { class: column, dir: "auto" });
    if (column === "sentence" && one.match) made.append(...marked(one.sentence, one.match));
    else made.textContent = column === "contribution" ? one[column].toFixed(1) : one[column];
    return made;
  }

  function marked(sentence, match) {
    const parts = [];
    let at = 0;
    for (let next = sentence.indexOf(match); next >= 0; next = sentence.indexOf(match, at)) {
      parts.push(sentence.slice(at, next), make("mark", { text: match }));
      at = next + match.length;
    }
    parts.push(sentence.slice(at));
    return parts;
  }

  // --- downloads

  function toCsv(rows, columns) {
    const cellOf = (value) => {
      const text = String(value);
      const harmless = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
      return `"${harmless.replaceAll('"', '""')}"`;
    };
    return [columns.join(","), ...rows.map((one) => columns.map((name) => cellOf(one[name])).join(","))].join("\n") + "\n";
  }

  function save(name, content, type) {
    const link = make("a", { download: name });
    link.href = URL.createObjectURL(content instanceof Blob ? content : new Blob([content], { type }));
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
  }

  function drawingOf(article) {
    const drawing = article.querySelector(".sheet > svg").cloneNode(true);
    const style = document.createElementNS("http://www.w3.org/2000/svg", "style");
    style.textContent = document.getElementById("fonts").textContent + "*{stroke-linejoin:round;stroke-linecap:butt}";
    drawing.prepend(style);
    return new XMLSerializer().serializeToString(drawing);
  }

  function savePicture(article, name) {
    const picture = new Image();
    const [width, height] = ["width", "height"].map((side) => article.querySelector(".sheet > svg")[side].baseVal.valueInSpecifiedUnits);
    picture.onload = () => {
      const canvas = make("canvas", { width: Math.round((width / 72) * 300), height: Math.round((height / 72) * 300) });
      canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
      canvas.toBlob((blob) => save(name, blob), "image/png");
      URL.revokeObjectURL(picture.src);
    };
    picture.src = URL.createObjectURL(new Blob([drawingOf(article)], { type: "image/svg+xml" }));
  }

  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a[data-kind]");
    const article = link?.closest("article");
    if (link?.dataset.kind === "svg") save(link.download, drawingOf(article), "image/svg+xml");
    else if (link?.dataset.kind === "png") savePicture(article, link.download);
    else return;
    event.preventDefault();
  });

  const near = new IntersectionObserver((entries) => {
    for (const one of entries) if (one.isIntersecting) { near.unobserve(one.target); layOut(one.target); }
  }, { rootMargin: "400px" });
  document.querySelectorAll("article[data-figure]").forEach((one) => near.observe(one));
})();
