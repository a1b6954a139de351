// What the page framework leaves out, for people who can't see the screen, who read Russian, and
// whose connection breaks: the document's language, the focus and a spoken word after each step,
// the framework's own English words in Russian, and text that was typed but not yet sent.
"use strict";

(() => {
  const RUSSIAN = new Map([
    ["Drag and drop files here", "Перетащите файлы сюда"],
    ["Drag and drop file here", "Перетащите файл сюда"],
    ["Browse files", "Выбрать файлы"],
    ["Upload", "Загрузить"],
    ["Upload file", "Загрузить файл"],
    ["Upload files", "Загрузить файлы"],
    ["Press Enter to submit form", "Enter отправит ответ"],
    ["Press Enter to apply", "Enter применит"],
    ["Press Ctrl+Enter to submit form", "Ctrl+Enter отправит ответ"],
    ["Press ⌘+Enter to submit form", "⌘+Enter отправит ответ"],
    ["Press Ctrl+Enter to apply", "Ctrl+Enter применит"],
    ["Press ⌘+Enter to apply", "⌘+Enter применит"],
    ["Connection error", "Нет связи с сервером"],
    ["Connection failed", "Нет связи с сервером"],
    ["Connecting...", "Соединяемся…"],
    ["CONNECTING", "СОЕДИНЯЕМСЯ"],
    ["Running...", "Загружаем…"],
    ["Stop", "Остановить"],
    ["Copy to clipboard", "Скопировать"],
    ["Copied", "Скопировано"],
    ["Skip to main content", "К содержанию"],
    ["Page not found", "Такой страницы нет"],
    ["Close", "Закрыть"],
    ["No results", "Ничего не найдено"],
    ["Remove file", "Убрать файл"],
  ]);
  const PATTERNS = [
    [/^Limit (\d+(?:\.\d+)?)\s*MB per file(?: • (.+))?$/i, (_, size, types) => `До ${size} МБ каждый${types ? ` • ${types}` : ""}`],
    [/^(\d+(?:\.\d+)?)\s*MB per file(?: • (.+))?$/i, (_, size, types) => `До ${size} МБ каждый${types ? ` • ${types}` : ""}`],
    [/^(.+) files? (?:are|is) not allowed\.?$/i, (_, type) => `Файлы ${type} не подходят.`],
    [/^File must be (.+) or smaller\.?$/i, (_, size) => `Файл должен быть не больше ${size}.`],
    [/^Is Streamlit still running\?.*$/i, () => "Связь пропала. Ответы сохранены; страница вернётся сама."],
    [/^The (?:app|server) is not responding.*$/i, () => "Сервер не отвечает. Ответы сохранены; страница вернётся сама."],
  ];
  // In English too, nobody outside should read the framework's name in an outage.
  const ENGLISH = [
    [/^Is Streamlit still running\?.*$/i, () => "The connection is gone. Your answers are kept; this page comes back by itself."],
    [/^The (?:app|server) is not responding.*$/i, () => "The server doesn't answer. Your answers are kept; this page comes back by itself."],
  ];
  const SCREEN = '[class*="st-key-screen-"]';
  const KEPT_FOR_MS = 24 * 3600 * 1000;

  const speaker = document.createElement("div");
  speaker.id = "intake-live";
  speaker.setAttribute("role", "status");
  speaker.setAttribute("aria-live", "polite");

  let screen = "";
  let shown = "";

  const marker = () => {
    const element = document.querySelector(SCREEN);
    const match = element && /st-key-screen-(\S+)-lang-(en|ru)/.exec(element.className);
    return match ? { name: match[1], language: match[2] } : null;
  };

  const heading = () => document.querySelector('[data-testid="stMain"] h1, [data-testid="stMain"] h2, [data-testid="stMain"] h3');

  // --- The document's language, the focus and a spoken word after each step.

  const arrive = () => {
    const here = marker();
    if (!here) return;
    if (document.documentElement.lang !== here.language) document.documentElement.lang = here.language;
    const title = heading();
    if (!title || (here.name === screen && title.textContent === shown)) return;
    const first = screen === "";
    screen = here.name;
    shown = title.textContent;
    if (first) return; // The browser's own start of the page is best left alone.
    title.tabIndex = -1;
    title.focus({ preventScroll: true });
    document.querySelector('[data-testid="stMain"]')?.scrollTo({ top: 0 });
    speaker.textContent = shown;
  };

  const speakNews = () => {
    const warning = document.querySelector('[data-testid="stForm"] [data-testid="stAlert"]');
    if (warning && warning.dataset.spoken !== warning.textContent) {
      warning.dataset.spoken = warning.textContent;
      warning.setAttribute("role", "alert");
    }
  };

  // --- The framework's own words.

  const translate = (root) => {
    const russian = document.documentElement.lang === "ru";
    const patterns = russian ? PATTERNS : ENGLISH;
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const text = node.data.trim();
      if (!text || text.length > 200 || ownWords(node.parentElement)) continue;
      const exact = russian && RUSSIAN.get(text);
      if (exact) { node.data = exact; continue; }
      for (const [pattern, words] of patterns) {
        if (pattern.test(text)) { node.data = text.replace(pattern, words); break; }
      }
    }
    if (!russian) return;
    for (const element of root.querySelectorAll?.("[aria-label],[title],[placeholder]") ?? []) {
      for (const name of ["aria-label", "title", "placeholder"]) {
        const words = RUSSIAN.get(element.getAttribute(name) ?? "");
        if (words) element.setAttribute(name, words);
      }
    }
  };

  // Answers, questions and measurements are never touched, whatever they say.
  const ownWords = (element) =>
    !element || (!element.closest('[data-testid="stFileUploader"]') && element.closest('[data-testid="stMarkdownContainer"], [data-testid="stCode"], [data-testid="stJson"], textarea, input') !== null);

  // --- Text that was typed but not sent yet survives a reload and a lost connection.

  const keyOf = (field) => {
    const place = field.closest('[class*="st-key-answer-"], [class*="st-key-exact-"], [class*="st-key-person-"]');
    const name = place && /st-key-((?:answer|exact|person)-\S+)/.exec(place.className);
    const draft = new URLSearchParams(location.search).get("case");
    return name && draft ? `intake:${draft.slice(0, 12)}:${name[1]}` : null;
  };

  const keep = (event) => {
    const field = event.target;
    if (!(field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement)) return;
    if (field instanceof HTMLInputElement && !["text", "email", "url", "tel"].includes(field.type)) return;
    const key = keyOf(field);
    if (!key) return;
    try { localStorage.setItem(key, JSON.stringify({ at: Date.now(), text: field.value })); } catch { /* a full or forbidden store keeps nothing */ }
  };

  const restored = new WeakSet();
  const restore = () => {
    for (const field of document.querySelectorAll('[data-testid="stMain"] input[type="text"], [data-testid="stMain"] textarea')) {
      const key = keyOf(field);
      if (!key || restored.has(field)) continue;
      restored.add(field);
      if (field.value) continue;
      let kept = null;
      try { kept = JSON.parse(localStorage.getItem(key) ?? "null"); } catch { /* not ours */ }
      if (!kept?.text || Date.now() - kept.at > KEPT_FOR_MS) continue;
      const prototype = field instanceof HTMLTextAreaElement ? HTMLTextAreaElement : HTMLInputElement;
      Object.getOwnPropertyDescriptor(prototype.prototype, "value").set.call(field, kept.text);
      field.dispatchEvent(new Event("input", { bubbles: true }));
    }
  };

  const forget = () => {
    try {
      for (const key of Object.keys(localStorage)) {
        if (!key.startsWith("intake:")) continue;
        const kept = JSON.parse(localStorage.getItem(key) ?? "null");
        if (screen === "sent" || !kept || Date.now() - kept.at > KEPT_FOR_MS) localStorage.removeItem(key);
      }
    } catch { /* nothing to tidy */ }
  };

  // --- One observer for all of it, once a frame.

  let due = false;
  const work = () => {
    due = false;
    arrive();
    speakNews();
    restore();
    translate(document.body);
    if (screen === "sent") forget();
  };
  const schedule = () => {
    if (due) return;
    due = true;
    requestAnimationFrame(work);
  };

  const start = () => {
    document.body.append(speaker);
    document.addEventListener("input", keep, true);
    new MutationObserver(schedule).observe(document.body, { childList: true, subtree: true, characterData: true });
    forget();
    schedule();
  };
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
