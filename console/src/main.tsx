import './styles/tokens.css'
import './styles/base.css'
import './styles/parts.css'
import './styles/shell.css'
import './styles/filters.css'
import './styles/tables.css'
import './styles/pages.css'
import './styles/log.css'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { Unreachable } from './api/refusal.ts'
import { router } from './router.ts'
import { applyTheme, chosenTheme } from './shell/theme.ts'

/** A refusal stays one; whether the service can be reached is tried twice again. */
const retry = (failures: number, error: Error) => error instanceof Unreachable && failures < 2

const queries = new QueryClient({
  defaultOptions: {
    // Without a network a call fails, which pages say, rather than waiting for one.
    queries: { retry, staleTime: 10_000, networkMode: 'always', refetchOnReconnect: true },
    mutations: { networkMode: 'always' },
  },
})

applyTheme(chosenTheme())
const element = document.getElementById('console')
if (!element) throw new Error('index.html has no element for the console')
createRoot(element).render(
  <StrictMode>
    <QueryClientProvider client={queries}>
      <RouterProvider router={router} />
    </QueryClientProvider>
  </StrictMode>,
)
