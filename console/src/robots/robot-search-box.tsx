import { useNavigate } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { Input, Label, SearchField } from 'react-aria-components'
import { changed, type RobotsSearch, without } from './robots-search.ts'

/** How long nothing is typed before it is searched for, in milliseconds. */
const REST = 300

/** Searches names and descriptions, while it is typed. */
export function RobotSearchBox({ search }: { search: RobotsSearch }) {
  const navigate = useNavigate({ from: '/$kind/$owner/robots' })
  const [text, setText] = useState(search.q ?? '')
  const asked = search.q ?? ''
  // Back and forward change what was asked.
  useEffect(() => setText(asked), [asked])
  useEffect(() => {
    if (text === asked) return
    const to = text === '' ? without(search, 'q') : changed(search, { q: text })
    const timer = setTimeout(() => navigate({ to: '.', search: to, replace: asked !== '' }), REST)
    return () => clearTimeout(timer)
  }, [text, asked, search, navigate])
  return (
    <SearchField className="field search" value={text} onChange={setText}>
      <Label className="label">Search names and descriptions</Label>
      <Input className="input" spellCheck={false} autoCapitalize="none" />
    </SearchField>
  )
}
