import { type ReactNode, useLayoutEffect, useState } from 'react'
import { createPortal } from 'react-dom'

const ID = 'before-page'

/** Where it stands. */
export const PlaceBeforePage = () => <div id={ID} />

/** Links to other pages, before the page: who skips to it, or has come to it by a link, is past them by keyboard. */
export function BeforePage({ children }: { children: ReactNode }) {
  const [place, setPlace] = useState<HTMLElement | null>(null)
  useLayoutEffect(() => setPlace(document.getElementById(ID)), [])
  return place && createPortal(children, place)
}
