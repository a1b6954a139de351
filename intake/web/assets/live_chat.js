// Opens the operator's chat as the page's plan says: values, the vendor's script, its own calls.
// The plan is data; only functions that the vendor's script made are called.
"use strict";

(() => {
  const place = document.getElementById("chat");
  if (!place) return;
  const plan = JSON.parse(place.dataset.plan);
  const WAIT_MS = 20000, LOOK_MS = 150;
  let isOpen = false;

  const owner = (path) => {
    const names = path.split("."), last = names.pop();
    return [names.reduce((value, name) => (value == null ? value : value[name]), window), last];
  };
  const method = (path) => {
    const [object, name] = owner(path);
    return object != null && typeof object[name] === "function" ? object[name].bind(object) : null;
  };
  const call = ({ function: path, arguments: values, needs_callback: callback }) => {
    const made = method(path);
    if (made) made(...values, ...(callback ? [() => {}] : []));
  };
  const show = (failed) => {
    document.getElementById("chat-opening").hidden = true;
    document.getElementById("chat-failed").hidden = !failed;
  };
  const open = () => {
    if (isOpen) return;
    isOpen = true;
    show(false);
    for (const step of plan.calls) {
      // One call that a vendor has changed must not keep the chat shut.
      try { call(step); } catch (error) { console.warn("the chat refused a call", error); }
    }
  };
  const { kind, name } = plan.ready;
  for (const [path, value] of Object.entries(plan.values)) window[path] = value;
  if (kind === "event") window.addEventListener(name, open, { once: true });
  if (kind === "callback") {
    const [object, last] = owner(name);
    object[last] = open;
  }
  if (kind === "queue") {
    const queue = (...values) => { (queue.q = queue.q || []).push(values); };
    window[name] = queue;
  }
  const began = Date.now();
  const look = () => {
    if (isOpen) return;
    if (kind === "method" && method(name)) open();
    else if (Date.now() - began > WAIT_MS) show(true);
    else setTimeout(look, LOOK_MS);
  };
  const script = document.createElement("script");
  script.src = plan.script;
  script.async = true;
  script.onerror = () => show(true);
  script.onload = () => {
    for (const step of plan.after_script) call(step);
    if (kind === "queue") open();
  };
  document.head.append(script);
  look();
})();
