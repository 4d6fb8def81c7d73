/** `system`: as the operating system has it. */
export type Theme = 'system' | 'light' | 'dark'

const KEY = 'theme'

/** What was chosen with this browser. */
export function chosenTheme(): Theme {
  const value = localStorage.getItem(KEY)
  return value === 'light' || value === 'dark' ? value : 'system'
}

export function chooseTheme(theme: Theme): void {
  localStorage.setItem(KEY, theme)
  applyTheme(theme)
}

/** The colours follow the attribute (styles/tokens.css). */
export function applyTheme(theme: Theme): void {
  document.documentElement.dataset.theme = theme
}
