// A link of the host's panel has its token behind the "#", which browsers send to no server: it
// goes into the form, and out of the address and the history. The zone is in the form by then.
"use strict";

(() => {
  const form = document.getElementById("enter");
  const token = /^#token=(.+)$/.exec(location.hash);
  if (!form || !token) return;
  history.replaceState(null, "", location.pathname + location.search);
  form.elements.token.value = decodeURIComponent(token[1]);
  form.requestSubmit();
})();
