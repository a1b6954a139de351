// The printed link has its token behind the "#": browsers send that part to no server, so no log and
// no proxy has it. It goes into the form, and out of the address and the history.
"use strict";

(() => {
  const token = /^#token=(.+)$/.exec(location.hash);
  if (!token) return;
  history.replaceState(null, "", location.pathname + location.search);
  const form = document.getElementById("by-token");
  if (!form) return;
  form.elements.token.value = decodeURIComponent(token[1]);
  form.requestSubmit();
})();
