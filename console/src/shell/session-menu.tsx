import { useMutation } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { Menu, MenuItem, MenuTrigger, Popover, Separator } from 'react-aria-components'
import { signOut } from '../api/session.ts'
import { Button } from '../parts/button.tsx'
import { useSession } from '../session/session-query.ts'
import { chooseTheme, chosenTheme, type Theme } from './theme.ts'

const THEMES: Record<Theme, string> = {
  system: 'Colours of the system',
  light: 'Light colours',
  dark: 'Dark colours',
}

/** Who is signed in, how the page looks, and the way out. */
export function SessionMenu() {
  const { user } = useSession()
  const navigate = useNavigate()
  const [theme, setTheme] = useState(chosenTheme)
  const { mutate: leave } = useMutation({ mutationFn: signOut, onError: () => location.reload() })
  const choose = (to: Theme) => {
    chooseTheme(to)
    setTheme(to)
  }
  return (
    <MenuTrigger>
      {user.superuser && <span className="tag">superuser</span>}
      <Button look="bare" aria-label={`${user.username}: session`}>
        {user.username}
      </Button>
      <Popover className="popover" placement="bottom end">
        <Menu className="menu" aria-label="Session">
          {(Object.keys(THEMES) as Theme[]).map((one) => (
            <MenuItem key={one} className="menu-item" onAction={() => choose(one)}>
              {THEMES[one]}
              {one === theme && ' ✓'}
            </MenuItem>
          ))}
          <Separator className="menu-line" />
          <MenuItem className="menu-item" onAction={() => navigate({ to: '/account/tokens' })}>
            API tokens
          </MenuItem>
          <MenuItem className="menu-item" onAction={() => navigate({ to: '/account/sessions' })}>
            Sessions
          </MenuItem>
          <MenuItem className="menu-item" onAction={() => navigate({ to: '/account/password' })}>
            Password
          </MenuItem>
          <Separator className="menu-line" />
          <MenuItem className="menu-item" onAction={() => leave()}>
            Sign out
          </MenuItem>
        </Menu>
      </Popover>
    </MenuTrigger>
  )
}
