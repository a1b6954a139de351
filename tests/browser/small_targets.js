// What can be pressed and is smaller than 44 px; a link within a sentence may be (WCAG 2.2, 2.5.8).
() => [...document.querySelectorAll("button, a[href], summary, input, select, textarea")]
  .filter((element) => {
    const box = element.getBoundingClientRect();
    const style = getComputedStyle(element);
    const unseen = !box.width || !box.height || style.visibility === "hidden" || style.opacity === "0";
    if (unseen || element.disabled || element.closest('[inert], [aria-hidden="true"]')) return false;
    if (box.right < 0 || box.bottom < 0 || style.clipPath !== "none" || style.clip !== "auto") return false;
    if (element.matches("a") && style.display === "inline") return false;
    // The label of a hidden input, or the line around it, is what is pressed.
    const field = '[data-testid="stTextInputRootElement"], [data-testid="stSelectbox"], [data-baseweb="select"]';
    const target = element.matches("input, [data-testid=stSelectbox] button") ? element.closest(`label, ${field}`) ?? element : element;
    const around = target.getBoundingClientRect();
    return around.width < 43.5 || around.height < 43.5;
  })
  .map((element) => {
    const box = element.getBoundingClientRect();
    const name = (element.getAttribute("aria-label") ?? element.textContent ?? "").trim().slice(0, 40);
    return `${element.tagName.toLowerCase()} “${name}” ${Math.round(box.width)}×${Math.round(box.height)}`;
  })
