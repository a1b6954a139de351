// What the page framework leaves out, for people who can't see the screen, who read Russian, and
// whose connection breaks: the document's language, the focus and a spoken word after each step,
// the framework's own English words in Russian, and text that was typed but not yet sent.
"use strict";

(() => {
  const RUSSIAN = new Map([
    ["Drag and drop files here", "Перетащите файлы сюда"],
    ["Drag and drop file here", "Перетащите файл сюда"],
    ["Drag and drop a file here", "Перетащите файл сюда"],
    ["Add files", "Добавить файлы"],
    ["Clear entry", "Очистить"],
    ["Error:", "Ошибка:"],
    ["file upload", "выбор файлов"],
    ["JSON path", "Путь в JSON"],
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
    ["Open", "Открыть"],
  ]);
  const PATTERNS = [
    [/^Limit (\d+(?:\.\d+)?)\s*MB per file(?: • (.+))?$/i, (_, size, types) => `До ${size} МБ каждый${types ? ` • ${types}` : ""}`],
    [/^(\d+(?:\.\d+)?)\s*MB per file(?: • (.+))?$/i, (_, size, types) => `До ${size} МБ каждый${types ? ` • ${types}` : ""}`],
    [/^.* files? (?:are|is) not allowed\.?$/i, () => "Такой файл не подходит. Выберите картинку, PDF или текст."],
    [/^File must be ([\d.]+)\s*MB or smaller\.?$/i, (_, size) => `Файл больше ${parseFloat(size)} МБ. Выберите поменьше или скопируйте текст ошибки.`],
    [/^([\d.]+)\s?(B|KB|MB)$/, (_, size, unit) => `${String(parseFloat(size)).replace(".", ",")} ${{ B: "Б", KB: "КБ", MB: "МБ" }[unit]}`],
  ];
  const ENGLISH = [
    [/^.* files? (?:are|is) not allowed\.?$/i, () => "This kind of file can't be sent. Choose a picture, a PDF or a text."],
    [/^File must be ([\d.]+)\s*MB or smaller\.?$/i, (_, size) => `This file is over ${parseFloat(size)} MB. Choose a smaller one, or copy the text of the error.`],
  ];
  // An outage in our words, whatever the framework calls it; every dialog of its own is one.
  const OUTAGE = {
    en: ["No connection to the server", "Your answers are kept; this page comes back by itself."],
    ru: ["Нет связи с сервером", "Ответы сохранены; страница вернётся сама."],
  };
  const SCREEN = '[class*="st-key-screen-"]';
  const UPLOADER = '[data-testid="stFileUploader"]';
  const REMOVE = /^Remove (?=.)/;
  // As long as the server keeps a draft that nobody touches.
  const KEPT_FOR_MS = 24 * 3600 * 1000;

  // The framework has no live region of its own: a screen reader would hear nothing of a new step.
  const speaker = document.createElement("div");
  speaker.id = "intake-live";
  speaker.setAttribute("role", "status");
  speaker.setAttribute("aria-live", "polite");

  let screen = "";
  let shown = "";

  // The framework makes a class of each container's key; the header's names the screen and its
  // language.
  const marker = () => {
    const element = document.querySelector(SCREEN);
    const match = element && /st-key-screen-(\S+)-lang-([a-z]{2,3})(?![a-z])/.exec(element.className);
    return match ? { name: match[1], language: match[2] } : null;
  };

  const heading = () => document.querySelector('[data-testid="stMain"] h1, [data-testid="stMain"] h2, [data-testid="stMain"] h3');

  // --- The document's language, the focus and a spoken word after each step.

  const arrive = () => {
    const here = marker();
    if (!here) return;
    if (document.documentElement.lang !== here.language) document.documentElement.lang = here.language;
    const title = heading();
    nameDocument(title);
    if (!title || (here.name === screen && title.textContent === shown)) return;
    const first = screen === "";
    if (here.name !== screen) forgetStep(screen);
    screen = here.name;
    shown = title.textContent;
    if (first) return; // The browser's own start of the page is best left alone.
    // A heading takes the focus only with a tabindex. The focus alone would scroll it just into
    // sight.
    title.tabIndex = -1;
    title.focus({ preventScroll: true });
    document.querySelector('[data-testid="stMain"]')?.scrollTo({ top: 0 });
    speaker.textContent = shown;
  };

  // --- What became of a ticket: asked for while its screen is in sight, and drawn when there is something.

  const NEWS_EVERY_MS = 20 * 1000;
  const NEWS = "st-key-news-";
  const isTyping = () => document.activeElement?.matches?.("input, textarea") && document.activeElement.value !== "";
  const lookForNews = async () => {
    const drawn = document.querySelector(`[class*="${NEWS}"]`);
    const ticket = new URLSearchParams(location.search).get("case");
    if (document.hidden || !drawn || !ticket || isTyping()) return;
    try {
      const answer = await fetch(`./t/${encodeURIComponent(ticket)}/news`, { cache: "no-store" });
      const isNew = answer.ok && !drawn.classList.contains(NEWS + (await answer.text()));
      if (isNew && drawn.isConnected) drawn.querySelector("button").click();
    } catch { /* the line is down: the next look may find it up */ }
  };
  let state = "";
  const tellState = () => {
    const now = document.querySelector(".st-key-talk [data-testid=stText]")?.textContent ?? "";
    if (state && now && now !== state) speaker.textContent = now;
    state = now;
  };

  // A tab among many, and a reader that hears its title, tell the step. The framework writes the
  // title anew with each run.
  const nameDocument = (title) => {
    const site = document.querySelector(`${SCREEN} p`)?.textContent;
    if (!title?.textContent || !site) return;
    const name = `${title.textContent} · ${site}`;
    if (document.title !== name) document.title = name;
  };

  // The draft that this browser has open, for the start page: "continue". A cookie, because the page
  // is drawn on the server; it holds what the address holds, and goes when the draft is done with.
  const DRAFT_COOKIE = "intake_draft";
  const DAY_S = 24 * 3600;
  const DONE = new Set(["sent", "solved", "lost"]);
  const noteDraft = () => {
    const here = marker();
    const draft = new URLSearchParams(location.search).get("case");
    if (!here || !draft) return;
    if (here.name === "sent") noteSent(draft);
    if (DONE.has(here.name)) { forgetDraft(draft); return; }
    if (!document.cookie.includes(`${DRAFT_COOKIE}=${draft}`)) writeDraftCookie(draft, DAY_S);
  };
  const writeDraftCookie = (draft, seconds) => {
    const secure = location.protocol === "https:" ? "; Secure" : "";
    document.cookie = `${DRAFT_COOKIE}=${encodeURIComponent(draft)}; Path=/; Max-Age=${seconds}; SameSite=Strict${secure}`;
  };
  // What this browser has sent, so that the same problem is added to it and not sent anew.
  const SENT_COOKIE = "intake_sent";
  const WEEK_S = 7 * DAY_S;
  const noteSent = (draft) => {
    const noted = document.cookie.match(`(?:^|; )${SENT_COOKIE}=([^;]+)`)?.[1].split(".") ?? [];
    if (noted[0] === draft) return;
    writeSentCookie([draft, ...noted.filter((key) => key !== draft)].slice(0, 5).join("."), WEEK_S);
  };
  const writeSentCookie = (keys, seconds) => {
    const secure = location.protocol === "https:" ? "; Secure" : "";
    document.cookie = `${SENT_COOKIE}=${keys}; Path=/; Max-Age=${seconds}; SameSite=Strict${secure}`;
  };
  const forgetDraft = (draft) => { if (document.cookie.includes(`${DRAFT_COOKIE}=${draft}`)) writeDraftCookie("", 0); };
  // Who starts over may be somebody else at the same computer: what was typed goes with the cookie,
  // and the browser's history leads no more into that draft, not after a reload either.
  const LEFT = "intake:left";
  const noteLeft = (draft) => {
    try { sessionStorage.setItem(LEFT, draft); } catch { /* a forbidden store keeps nothing */ }
  };
  const isLeft = () => {
    const draft = new URLSearchParams(location.search).get("case");
    try { return draft !== null && sessionStorage.getItem(LEFT) === draft; } catch { return false; }
  };
  const startOver = (event) => {
    if (!event.target.closest?.(".st-key-start-over")) return;
    const draft = document.cookie.match(`(?:^|; )${DRAFT_COOKIE}=([^;]+)`)?.[1];
    if (draft) noteLeft(decodeURIComponent(draft));
    writeDraftCookie("", 0);
    writeSentCookie("", 0);
    forget(true);
  };

  // A link to a draft names no step: the entry in the history gets the one on screen, so that Back
  // returns to it and not to whatever is next by then.
  const nameStep = () => {
    const here = marker();
    const address = new URLSearchParams(location.search);
    const step = here && /^step-(.+)$/.exec(here.name)?.[1];
    if (!step || !address.get("case") || address.get("step") || address.get("view")) return;
    address.set("step", step);
    history.replaceState(history.state, "", `${location.pathname}?${address}`);
  };

  const speakTrouble = () => {
    const trouble = document.querySelector(".st-key-trouble");
    const text = trouble?.textContent ?? "";
    if (!trouble || trouble.dataset.spoken === text) return;
    trouble.dataset.spoken = text;
    trouble.scrollIntoView({ block: "start" });
    speaker.textContent = text;
  };

  const speakNews = () => {
    const warning = document.querySelector('[data-testid="stForm"] [data-testid="stAlert"]');
    if (warning && warning.dataset.spoken !== warning.textContent) {
      warning.dataset.spoken = warning.textContent;
      warning.scrollIntoView({ block: "nearest" });
    }
  };

  // --- The framework's own words.

  // By text, for the framework has no translations and its elements no names that last.
  const translate = (root) => {
    const russian = document.documentElement.lang === "ru";
    tellOutage(OUTAGE[russian ? "ru" : "en"]);
    const patterns = russian ? PATTERNS : ENGLISH;
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const text = node.data.trim();
      if (!text || text.length > 200 || ownWords(node.parentElement)) continue;
      const exact = russian && RUSSIAN.get(text);
      if (exact) { node.data = node.data.replace(text, exact); continue; }
      for (const [pattern, words] of patterns) {
        if (pattern.test(text)) { node.data = node.data.replace(text, text.replace(pattern, words)); break; }
      }
    }
    if (!russian) return;
    for (const element of root.querySelectorAll?.("[aria-label],[title],[placeholder]") ?? []) {
      for (const name of ["aria-label", "title", "placeholder"]) {
        const said = element.getAttribute(name) ?? "";
        const words = RUSSIAN.get(said) ?? (REMOVE.test(said) && element.closest(UPLOADER) ? said.replace(REMOVE, "Убрать ") : null);
        if (words) element.setAttribute(name, words);
      }
    }
  };

  const tellOutage = ([title, body]) => {
    for (const dialog of document.querySelectorAll('body > [data-testid="stDialog"]')) {
      let told = false;
      const walker = document.createTreeWalker(dialog, NodeFilter.SHOW_TEXT);
      for (let node = walker.nextNode(); node; node = walker.nextNode()) {
        if (!node.data.trim() || node.parentElement.closest("button, style, svg")) continue;
        const isTitle = node.parentElement.closest("h1, h2, h3, [slot='title']") !== null;
        const words = isTitle ? title : told ? "" : body;
        if (!isTitle) told = true;
        if (node.data !== words) node.data = words;
      }
    }
  };

  // Addresses in text that is not ours become links by themselves; nobody shall follow them.
  const unlink = () => {
    for (const link of document.querySelectorAll('[data-testid="stMarkdownContainer"] a[href]')) link.removeAttribute("href");
  };

  // The framework opens every link in a tab of its own; a way to another page of ours stays here.
  const stayHere = () => {
    for (const link of document.querySelectorAll('[data-testid="stLinkButton"] a[target="_blank"]')) {
      if (link.origin === location.origin) link.target = "_self";
    }
  };

  // A progress bar is called "progress" in English; the line above it says more.
  const nameProgress = () => {
    for (const bar of document.querySelectorAll('[data-testid="stProgress"] [role="progressbar"]')) {
      const name = bar.closest('[data-testid="stProgress"]').querySelector("p")?.textContent;
      if (name && bar.getAttribute("aria-label") !== name) bar.setAttribute("aria-label", name);
    }
  };

  // The framework calls a place that takes files "presentation", and then a name and a focus of its
  // own contradict it.
  const groupDropzones = () => {
    for (const zone of document.querySelectorAll('[data-testid="stFileUploaderDropzone"][role="presentation"]')) zone.setAttribute("role", "group");
  };

  // A wide table scrolls within its text; by the keyboard only what has the focus does.
  const focusScrolled = () => {
    for (const text of document.querySelectorAll('[data-testid="stMarkdownContainer"]:has(table)')) {
      if (text.scrollWidth > text.clientWidth && text.tabIndex !== 0) text.tabIndex = 0;
    }
  };

  // "Edit" and "Remove" alone say nothing to who hears them one by one: what of, too.
  const nameRows = () => {
    for (const button of document.querySelectorAll('[class*="st-key-row-"] button')) {
      const row = button.closest('[class*="st-key-row-"]');
      const what = row.querySelector(row.closest(".st-key-review") ? '[data-testid="stCaptionContainer"]' : '[data-testid="stText"]')?.textContent;
      const name = what && `${button.textContent}: ${what}`;
      if (name && button.getAttribute("aria-label") !== name) button.setAttribute("aria-label", name);
    }
  };

  // Answers, questions and measurements are never touched, whatever they say.
  const ownWords = (element) =>
    !element || element.closest('[data-testid="stFileChipName"]') !== null || (!element.closest(UPLOADER) && element.closest('[data-testid="stText"], [data-testid="stMarkdownContainer"], [data-testid="stCode"], [data-testid="stJson"], textarea, input') !== null);

  // --- Text that was typed but not sent yet survives a reload and a lost connection.

  const keyOf = (field) => {
    const place = field.closest('[class*="st-key-answer-"], [class*="st-key-exact-"], [class*="st-key-person-"]');
    const name = place && /st-key-((?:answer|exact|person)-\S+)/.exec(place.className);
    const draft = new URLSearchParams(location.search).get("case");
    // Twelve characters tell drafts apart; the whole token would be the key to the draft.
    return name && draft ? `intake:${draft.slice(0, 12)}:${name[1]}` : null;
  };

  const keep = (event, tries = 0) => {
    const field = event.target;
    if (!(field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement)) return;
    if (field instanceof HTMLInputElement && !["text", "email", "url", "tel"].includes(field.type)) return;
    const key = keyOf(field);
    // The draft's name reaches the address a moment after its first question is on screen.
    if (!key) { if (field.isConnected && tries < 20) setTimeout(keep, 150, event, tries + 1); return; }
    try { localStorage.setItem(key, JSON.stringify({ at: Date.now(), text: field.value })); } catch { /* a full or forbidden store keeps nothing */ }
  };

  // Once a field: what the customer empties afterwards stays empty.
  const restored = new WeakSet();
  const restore = () => {
    for (const field of document.querySelectorAll('[data-testid="stMain"] input[type="text"], [data-testid="stMain"] textarea')) {
      const key = keyOf(field);
      if (!key || restored.has(field)) continue;
      restored.add(field);
      let kept = null;
      try { kept = JSON.parse(localStorage.getItem(key) ?? "null"); } catch { /* not ours */ }
      // A stored answer reaches its field a moment after the field is drawn, and it wins.
      if (kept?.text && Date.now() - kept.at <= KEPT_FOR_MS) setTimeout(putBack, 200, field, kept.text);
    }
  };

  const putBack = (field, text) => {
    if (field.value || !field.isConnected) return;
    const prototype = field instanceof HTMLTextAreaElement ? HTMLTextAreaElement : HTMLInputElement;
    // React has put a setter of its own on the field and ignores what is set by it; the prototype's
    // reaches the field, and the event tells React.
    Object.getOwnPropertyDescriptor(prototype.prototype, "value").set.call(field, text);
    field.dispatchEvent(new Event("input", { bubbles: true }));
  };

  // An answer that was taken is in the database: its local copy goes. One that the customer only
  // walked away from, by Back or to a person, stays.
  let walkedAway = false;
  const noteLeaving = (event) => { walkedAway = event.target.closest?.(".st-key-back, .st-key-person, .st-key-language, .st-key-try-again") !== null; };
  const forgetStep = (left) => {
    const step = /^step-(.+)$/.exec(left)?.[1];
    const draft = new URLSearchParams(location.search).get("case");
    if (!step || !draft || walkedAway) return;
    for (const part of ["answer", "exact"]) {
      try { localStorage.removeItem(`intake:${draft.slice(0, 12)}:${part}-${step}`); } catch { /* nothing is kept */ }
    }
  };

  const forget = (everything = screen === "sent") => {
    try {
      for (const key of Object.keys(localStorage)) {
        if (!key.startsWith("intake:")) continue;
        const kept = JSON.parse(localStorage.getItem(key) ?? "null");
        if (everything || !kept || Date.now() - kept.at > KEPT_FOR_MS) localStorage.removeItem(key);
      }
    } catch { /* nothing to tidy */ }
  };

  // --- Files: a picture that is pasted anywhere, and one that the framework didn't take.

  const UPLOAD_INPUT = `${UPLOADER} input[type="file"]`;
  const REFUSED = '[data-testid="stFileChip"] [role="alert"]';
  const NOT_ATTACHED = {
    en: "A file above was not attached. Remove it, or press the button once more to go on without it.",
    ru: "Файл выше не приложен. Уберите его или нажмите кнопку ещё раз, чтобы продолжить без него.",
  };
  const pasteFile = (event) => {
    const input = document.querySelector(UPLOAD_INPUT);
    const files = event.clipboardData?.files;
    // The framework's own field takes what is pasted while it has the focus.
    if (!input || !files?.length || event.target.closest?.(UPLOADER)) return;
    event.preventDefault();
    const carrier = new DataTransfer();
    for (const file of files) carrier.items.add(file);
    input.files = carrier.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  };
  const ON = '[class*="st-key-next-"] button, .st-key-send button';
  const stopAtRefused = (event) => {
    if (!event.target.closest?.(ON)) return;
    const refused = document.querySelector(REFUSED);
    if (!refused || refused.dataset.told) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    refused.dataset.told = "yes";
    const notice = document.createElement("p");
    notice.className = "intake-not-attached";
    notice.textContent = NOT_ATTACHED[document.documentElement.lang === "ru" ? "ru" : "en"];
    refused.after(notice);
    speaker.textContent = notice.textContent;
    refused.scrollIntoView({ block: "center" });
  };

  // --- The first screen lies over the page until this is drawn, and while somebody types in it.

  const handOver = () => {
    const first = document.getElementById("first-screen");
    // Parts of Streamlit's page load late, each with a grey box in its place until then.
    if (!first || !marker() || document.querySelector('[data-testid="stSkeleton"]')) return;
    const field = first.querySelector("textarea");
    if (field.value.trim() || field === document.activeElement || first.dataset.left) return; // its own form takes the words, or the tap
    first.remove();
  };
  const prepareFirst = () => {
    const first = document.getElementById("first-screen");
    if (!first) return;
    const zone = first.querySelector('[name="zone"]');
    try { zone.value = Intl.DateTimeFormat().resolvedOptions().timeZone ?? ""; } catch { /* unknown */ }
    first.querySelector("textarea").addEventListener("blur", schedule);
    first.querySelector("form").addEventListener("submit", () => { first.dataset.left = "yes"; });
  };

  // --- One observer for all of it, once a frame.

  let due = false;
  const work = () => {
    due = false;
    handOver();
    arrive();
    noteDraft();
    nameStep();
    speakTrouble();
    speakNews();
    restore();
    unlink();
    stayHere();
    nameProgress();
    nameRows();
    groupDropzones();
    focusScrolled();
    translate(document.body);
    if (screen === "sent") forget();
    tellState();
  };
  const schedule = () => {
    if (due) return;
    due = true;
    // The framework changes hundreds of nodes a step; they are looked at together.
    requestAnimationFrame(work);
  };

  const start = () => {
    document.body.append(speaker);
    prepareFirst();
    // Captured: before the framework deals with the click and redraws the page.
    document.addEventListener("click", noteLeaving, true);
    document.addEventListener("click", startOver, true);
    document.addEventListener("click", stopAtRefused, true);
    document.addEventListener("paste", pasteFile);
    window.addEventListener("popstate", () => { walkedAway = true; });
    // Enter sends the form: that is no walking away.
    document.addEventListener("keydown", (event) => { if (event.key === "Enter" && event.target.matches?.("input, textarea")) walkedAway = false; }, true);
    document.addEventListener("keydown", walkTickets);
    document.addEventListener("input", keep, true);
    new MutationObserver(schedule).observe(document.body, { childList: true, subtree: true, characterData: true });
    document.addEventListener("visibilitychange", lookForNews);
    setInterval(lookForNews, NEWS_EVERY_MS);
    forget();
    schedule();
  };
  if (isLeft()) { location.replace(location.pathname); return; }
  // What unfolds lets its content grow for half a second, whatever the visitor's system says of
  // motion, and a tap meanwhile misses what has moved on. So it ends where it begins.
  HTMLDetailsElement.prototype.animate = function (...asked) {
    const growing = HTMLElement.prototype.animate.apply(this, asked);
    // Whoever asked for it listens for its end only after this.
    queueMicrotask(() => growing.finish());
    return growing;
  };
  // The list of tickets by keyboard: j and k, as in the mail programs that staff know, and Enter.
  function walkTickets(event) {
    const steps = { j: 1, k: -1 };
    const step = steps[event.key];
    const isTyping = event.target.closest?.("input, textarea, [contenteditable], [role=listbox], [role=combobox]");
    if (!step || isTyping || event.ctrlKey || event.metaKey || event.altKey) return;
    const tickets = [...document.querySelectorAll(".st-key-tickets button")].filter((each) => each.offsetParent);
    if (!tickets.length) return;
    const current = document.querySelector('.st-key-tickets [class*="st-key-current-"] button');
    const from = tickets.indexOf(document.activeElement);
    const at = from >= 0 ? from + step : tickets.includes(current) ? tickets.indexOf(current) + step : 0;
    const next = tickets[Math.max(0, Math.min(tickets.length - 1, at))];
    next.focus();
    next.scrollIntoView({ block: "nearest" });
    event.preventDefault();
  }

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
