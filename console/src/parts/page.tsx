import { type ReactNode, useEffect } from 'react'

interface Props {
  title: string
  /** What can be done here, beside the title. */
  actions?: ReactNode
  children: ReactNode
}

/** A page: its title stands at the top, and names the tab. */
export function Page({ title, actions, children }: Props) {
  useEffect(() => {
    document.title = `${title} · quay-robots`
  }, [title])
  return (
    <>
      <header className="page-head">
        <h1 tabIndex={-1}>{title}</h1>
        {actions && <div className="actions">{actions}</div>}
      </header>
      {children}
    </>
  )
}
