import type { ReactNode } from 'react'

interface Props {
  kind: 'problem' | 'note' | 'done'
  children: ReactNode
}

/** Words about the whole of a form or page; a problem is read out at once. */
export const Notice = ({ kind, children }: Props) => (
  <div className={`notice notice-${kind}`} role={kind === 'problem' ? 'alert' : 'status'}>
    {children}
  </div>
)
