// An author's text: line numbers that know wrapped lines, mistakes underlined where they stand and
// told below the caret's line, a click on a mistake's line that goes there. The field itself stays
// the browser's own (docs/decisions/0044).
"use strict";

(() => {
  const FIELD = ".st-key-studio-source textarea";
  const MARK = /st-key-mark-(error|warning)-(\d+)-(\d+)-(\d+)-/;
  const WIDE = matchMedia("(min-width: 1100px)"); // as in studio.css: the results stand beside the text
  const DARK = matchMedia("(prefers-color-scheme: dark)");
  const COLOURS = {
    light: { number: "#5d6775", error: "#c62828", warning: "#a86400" },
    dark: { number: "#97a3b4", error: "#ff9a92", warning: "#ffc861" },
  };

  const field = () => document.querySelector(FIELD);
  const linesOf = (text) => text.split("\n");

  // --- What the server said of which text.

  let judged = { lines: [], marks: [], signature: "" };
  let typed = false; // since the marks came: until then the field may still be filled by the page

  const readMarks = (area) => {
    const boxes = [...document.querySelectorAll('.st-key-studio-marks [class*="st-key-mark-"]')];
    const signature = boxes.map((box) => `${box.className}${box.textContent}`).join("\n");
    if (signature === judged.signature) return false;
    const marks = boxes.flatMap((box) => {
      const found = MARK.exec(box.className);
      return found ? [{ severity: found[1], line: Number(found[2]) - 1, column: Number(found[3]) - 1, length: Number(found[4]), text: box.textContent }] : [];
    });
    judged = { lines: [], marks, signature };
    typed = false;
    return true;
  };

  // Typed since: a mark moves along with its line, and goes where its line was changed.
  const marksNow = (lines) => {
    const before = judged.lines;
    const shorter = Math.min(before.length, lines.length);
    let head = 0;
    while (head < shorter && before[head] === lines[head]) head += 1;
    let tail = 0;
    while (tail < shorter - head && before.at(-1 - tail) === lines.at(-1 - tail)) tail += 1;
    return judged.marks.flatMap((mark) => {
      if (mark.line < head) return [mark];
      if (mark.line >= before.length - tail) return [{ ...mark, line: mark.line + lines.length - before.length }];
      return [];
    });
  };

  // --- Where each line stands, wrapped as the field wraps it.

  const mirror = document.createElement("div");
  mirror.setAttribute("aria-hidden", "true");
  mirror.style.cssText = "position:absolute;visibility:hidden;top:0;left:-9999px;white-space:pre-wrap;overflow-wrap:anywhere;border:0 solid transparent";
  const COPIED = ["fontFamily", "fontSize", "fontWeight", "lineHeight", "letterSpacing", "tabSize", "paddingTop", "paddingRight", "paddingBottom", "paddingLeft", "boxSizing"];

  const layOut = (area, lines) => {
    const style = getComputedStyle(area);
    for (const name of COPIED) mirror.style[name] = style[name];
    mirror.style.boxSizing = "border-box";
    mirror.style.width = `${area.clientWidth}px`;
    mirror.replaceChildren(...lines.map((line) => {
      const row = document.createElement("div");
      row.textContent = line || "\u200b";
      return row;
    }));
  };

  const boxesOf = (mark, lines) => {
    const row = mirror.children[mark.line];
    const text = row?.firstChild;
    if (!text) return [];
    const longest = (lines[mark.line] ?? "").length;
    const start = Math.min(mark.column, Math.max(0, longest - 1));
    const range = document.createRange();
    range.setStart(text, Math.max(0, start));
    range.setEnd(text, Math.min(text.length, Math.max(start + 1, start + mark.length)));
    const origin = mirror.getBoundingClientRect();
    return [...range.getClientRects()].map((box) => ({ x: box.left - origin.left, y: box.bottom - origin.top, width: box.width }));
  };

  const wave = ({ x, y, width }, colour) => {
    let path = `M${x} ${y}`;
    for (let at = 0; at < Math.max(6, width); at += 4) path += `q1 -2 2 0t2 0`;
    return `<path d="${path}" fill="none" stroke="${colour}" stroke-width="1.4"/>`;
  };

  // As a background that scrolls with the text: nothing is put into the framework's page.
  let drawn = "";
  const draw = (area, force = false) => {
    const lines = linesOf(area.value);
    const state = `${area.clientWidth}|${DARK.matches}|${judged.signature}|${area.value}`;
    if (!force && state === drawn) return;
    drawn = state;
    const colours = COLOURS[DARK.matches ? "dark" : "light"];
    const marks = marksNow(lines);
    layOut(area, lines);
    const severity = new Map();
    for (const mark of marks) if (severity.get(mark.line) !== "error") severity.set(mark.line, mark.severity);
    const baseline = parseFloat(getComputedStyle(area).lineHeight) * 0.72;
    const numbers = lines.map((_, line) => {
      const kind = severity.get(line);
      const look = kind ? ` fill="${colours[kind]}" font-weight="700"` : "";
      return `<text x="34" y="${(mirror.children[line].offsetTop + baseline).toFixed(1)}" text-anchor="end"${look}>${line + 1}</text>`;
    });
    const waves = marks.flatMap((mark) => boxesOf(mark, lines).map((box) => wave(box, colours[mark.severity])));
    const height = mirror.offsetHeight;
    const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${area.clientWidth}" height="${height}" font-family="monospace" font-size="12" fill="${colours.number}">${numbers.join("")}${waves.join("")}</svg>`;
    area.style.backgroundImage = `url("data:image/svg+xml,${encodeURIComponent(svg)}")`;
    // It grows with its text, up to what the style sheet lets it take of the window.
    area.style.setProperty("--text-height", `${height + 4}px`);
  };

  // --- What is wrong with the caret's line, below it, where the results aren't beside the text.

  const note = document.createElement("div");
  note.id = "studio-note";
  note.hidden = true;

  const caretLine = (area) => area.value.slice(0, area.selectionStart).split("\n").length - 1;

  const tellLine = () => {
    const area = field();
    const isHere = area && document.activeElement === area && !WIDE.matches;
    const line = isHere ? caretLine(area) : -1;
    const told = isHere ? marksNow(linesOf(area.value)).filter((mark) => mark.line === line) : [];
    const row = mirror.children[line];
    note.hidden = told.length === 0 || !row;
    if (note.hidden) return;
    const text = told.map((mark) => mark.text).join("\n");
    if (note.textContent !== text) note.textContent = text;
    const box = area.getBoundingClientRect();
    const below = box.top + area.clientTop + row.offsetTop + row.offsetHeight - area.scrollTop;
    // A line that is scrolled out of the field tells nothing.
    note.hidden = below < box.top || below > box.bottom;
    note.style.cssText = `left:${box.left + 8}px;width:${box.width - 16}px;top:${below + 2}px`;
  };

  // --- From a mistake to its line.

  const goToLine = (event) => {
    const place = event.target.closest?.('[class*="st-key-goto-"]');
    const line = place && Number(/st-key-goto-(\d+)-/.exec(place.className)?.[1]);
    const area = field();
    if (!line || !area) return;
    const lines = linesOf(area.value);
    const start = lines.slice(0, line - 1).reduce((sum, each) => sum + each.length + 1, 0);
    area.focus();
    area.setSelectionRange(start, start + (lines[line - 1] ?? "").length);
    draw(area);
    // What stands above it stays in sight.
    const top = mirror.children[line - 1]?.offsetTop ?? 0;
    area.scrollTop = Math.max(0, top - 5 * parseFloat(getComputedStyle(area).lineHeight));
    tellLine();
  };

  // On a phone the parts stand below the text: who chooses one sees it.
  const showPart = (event) => {
    if (WIDE.matches) return;
    event.target.closest?.(".st-key-studio-part button")?.closest(".st-key-studio-part")?.scrollIntoView({ block: "start" });
  };

  // What scrolls is reached by the keyboard too.
  const reachPicture = () => {
    const picture = document.querySelector(".st-key-studio-picture");
    const name = picture?.querySelector("img")?.alt;
    if (!name || picture.getAttribute("aria-label") === name) return;
    picture.tabIndex = 0;
    picture.setAttribute("role", "group");
    picture.setAttribute("aria-label", name);
  };

  let due = false;
  const work = () => {
    due = false;
    reachPicture();
    const area = field();
    if (!area) { note.hidden = true; return; }
    const isNews = readMarks(area);
    if (!typed) judged.lines = linesOf(area.value);
    draw(area, isNews);
    tellLine();
  };
  const schedule = () => {
    if (due) return;
    due = true;
    requestAnimationFrame(work);
  };

  const start = () => {
    document.body.append(mirror, note);
    document.addEventListener("input", (event) => { if (event.target.matches?.(FIELD)) { typed = true; schedule(); } }, true);
    document.addEventListener("click", goToLine);
    document.addEventListener("click", showPart);
    document.addEventListener("selectionchange", tellLine);
    document.addEventListener("scroll", tellLine, true);
    document.addEventListener("focusout", tellLine);
    window.addEventListener("resize", schedule);
    DARK.addEventListener("change", schedule);
    new MutationObserver(schedule).observe(document.body, { childList: true, subtree: true, characterData: true });
    schedule();
  };
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
