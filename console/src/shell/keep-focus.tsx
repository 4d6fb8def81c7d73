import { useEffect } from 'react'

/** Once what has the focus is taken out of the page, the keyboard goes on at the nearest of what is left around it. */
export function KeepFocus() {
  useEffect(() => {
    /** What has, or had, the focus in the page, and what is around it: the nearest first. */
    let around: HTMLElement[] = []
    const note = ({ target }: FocusEvent) => {
      const found = withAncestors(target as HTMLElement)
      if (found.at(-1)?.id === 'page') around = found
    }
    // Who clicks beside everything has left it; what was taken out is not there any more by then.
    const leave = () =>
      queueMicrotask(() => {
        if (around[0]?.isConnected && document.activeElement === document.body) around = []
      })
    const goOn = () => {
      if (document.activeElement !== document.body || around[0]?.isConnected !== false) return
      const left = around.find((element) => element.isConnected)
      if (!left) return
      if (!left.hasAttribute('tabindex')) left.tabIndex = -1
      left.focus({ preventScroll: true })
    }
    let frame = 0
    const observer = new MutationObserver(() => {
      cancelAnimationFrame(frame)
      // Dialogs put it back by themselves, and pages may have put it elsewhere.
      frame = requestAnimationFrame(() => setTimeout(goOn))
    })
    observer.observe(document.body, { childList: true, subtree: true })
    document.addEventListener('focusin', note)
    document.addEventListener('focusout', leave)
    return () => {
      cancelAnimationFrame(frame)
      observer.disconnect()
      document.removeEventListener('focusin', note)
      document.removeEventListener('focusout', leave)
    }
  }, [])
  return null
}

/** Up to the page. */
function withAncestors(element: HTMLElement): HTMLElement[] {
  const found: HTMLElement[] = []
  for (let one: HTMLElement | null = element; one; one = one.parentElement) {
    found.push(one)
    if (one.id === 'page') break
  }
  return found
}
