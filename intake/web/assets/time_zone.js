// The forms tell the time zone, so that the customer reads times of their own clock.
"use strict";

for (const field of document.querySelectorAll('input[name="zone"]')) {
  field.value = Intl.DateTimeFormat().resolvedOptions().timeZone || "";
}
