/** Puts the keyboard there, whereby it comes into view and is read out; words that are no control take no part in tabbing by it. */
export function focusOn(element: HTMLElement): void {
  if (!element.matches('input, select, textarea, button')) element.tabIndex = -1
  element.focus()
}
