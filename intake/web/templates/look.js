// Runs in a frame without an origin of its own, whose policy lets it ask nothing but our own server,
// the judged target and the operator's names. It reads no foreign answer: it learns whether one came.
"use strict";
(async () => {
  const { dataset } = document.body;
  const requests = JSON.parse(dataset.requests);
  const limit = Number(dataset.limit);
  const here = location.href.split(/[?#]/)[0];
  const state = document.getElementById("state");
  const seen = [];
  const note = (place, word, since) => seen.push([place, word, Math.round(performance.now() - since)]);
  const pause = (ms) => new Promise((done) => setTimeout(done, ms));

  // The policy stops a redirect to another host: that is an answer all the same.
  const stopped = [];
  document.addEventListener("securitypolicyviolation", (event) => stopped.push(event.blockedURI));
  const wasStopped = (url) => stopped.some((blocked) => blocked !== "" && (url === blocked || url.startsWith(`${blocked}/`)));

  // A request's timing is told when its body has ended, and only then.
  const ended = new Set();
  let isTimed = false;
  try {
    new PerformanceObserver((list) => list.getEntries().forEach((entry) => ended.add(entry.name))).observe({ type: "resource", buffered: true });
    isTimed = true;
  } catch { /* an old browser tells no timing: nothing is concluded from it */ }
  // A response that nobody holds is given up, and then its timing is told as if it had ended.
  const held = [];
  const comesToAnEnd = async (url) => {
    for (let waited = 0; waited < limit; waited += 100) {
      if (ended.has(url)) return true;
      await pause(100);
    }
    return false;
  };

  const get = (url, mode, signal) => fetch(url, { mode, signal, credentials: "omit", cache: "no-store", referrerPolicy: "no-referrer" });
  const attempt = async (place, work, explain) => {
    const control = new AbortController();
    const since = performance.now();
    const timer = setTimeout(() => control.abort(), limit);
    let word = null;
    let at = null;
    try {
      word = await work(control.signal, () => { clearTimeout(timer); at = performance.now(); });
    } catch (error) {
      // The violation is told a moment after the failure.
      at = performance.now();
      await pause(50);
      word = error.name === "AbortError" ? "timed-out" : await explain(control.signal);
    }
    clearTimeout(timer);
    control.abort();
    if (word) seen.push([place, word, Math.round((at ?? performance.now()) - since)]);
    return word;
  };

  // Our own answer lets every page read it. What came and may not be read, or led away, isn't ours.
  const isAnotherAnswer = async (url, signal) => {
    try {
      await get(url, "no-cors", signal);
      return true;
    } catch {
      await pause(50);
      return wasStopped(url);
    }
  };

  const tryOwn = (place) => {
    const url = `${here}/own`;
    return attempt(place, async (signal) => {
      const response = await get(url, "cors", signal);
      const text = await response.text();
      if (response.status >= 400) return "failed";
      return text.length === Number(dataset.own) && text.endsWith("intake\n") ? "reached" : "altered";
    }, async (signal) => (wasStopped(url) || await isAnotherAnswer(url, signal) ? "altered" : "failed"));
  };

  // Who remembers strict transport turns to https before anything is asked: some browsers show that as a redirect
  // which every page may see. No site's own answer to a foreign page looks so.
  const isForced = async (asked, url, signal) => {
    if (asked !== "site" || !url.startsWith("http:")) return false;
    try {
      return (await fetch(url, { mode: "cors", redirect: "manual", signal, credentials: "omit", cache: "no-store" })).type === "opaqueredirect";
    } catch {
      return false;
    }
  };

  const tryUrl = ([asked, url], place) => attempt(place, async (signal, headCame) => {
    held.push(await get(url, "no-cors", signal));
    headCame();
    if (asked !== "part" || !isTimed || await comesToAnEnd(url)) return "reached";
    return "stalled";
  }, async (signal) => (
    !wasStopped(url) ? (await isForced(asked, url, signal) ? "forced" : "failed") : asked === "site" ? "reached" : null
  ));

  // What isn't a picture fails as what isn't there: only success says something.
  const tryPicture = ([, url], place) => new Promise((done) => {
    const since = performance.now();
    const picture = new Image();
    picture.onload = () => { note(place, "reached", since); done(); };
    picture.onerror = done;
    setTimeout(done, limit);
    picture.referrerPolicy = "no-referrer";
    picture.src = `${url}?${Math.random().toString(36).slice(2)}`;
  });

  const each = (wanted, work) => Promise.all(requests.map((request, place) => (wanted.includes(request[0]) ? work(request, place) : null)));
  const words = await each(["site"], (request, place) => Promise.all([
    tryUrl(request, place),
    each(["own"], (_, own) => tryOwn(own)),
    each(["image"], tryPicture),
    each(["part"], tryUrl),
  ]));
  const word = words.find(Boolean)?.[0];
  const slow = seen.some(([place, , ms]) => requests[place][0] === "site" && ms > 3000);
  if (word !== "reached" || slow) await each(["address", "port", "ipv4", "ipv6"], tryUrl);

  const answer = JSON.stringify({ clock: Date.now(), seen });
  for (const wait of [0, 2000, 5000, 15000]) {
    await pause(wait);
    try {
      const response = await fetch(`${here}/done`, { method: "POST", mode: "cors", credentials: "omit", body: answer });
      if (response.status < 500) {
        state.textContent = word === "reached" ? dataset.reached : dataset.fails;
        return;
      }
    } catch { /* the connection may come back */ }
  }
  state.textContent = dataset.lost;
})();
