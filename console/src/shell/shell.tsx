import { Link, Outlet } from '@tanstack/react-router'
import { Suspense } from 'react'
import { Loading } from '../parts/loading.tsx'
import { Interruptions } from '../session/interruptions.tsx'
import { PlaceBeforePage } from './before-page.tsx'
import { FocusOnPage } from './focus-on-page.tsx'
import { KeepFocus } from './keep-focus.tsx'
import { Navigation } from './navigation.tsx'
import { SessionMenu } from './session-menu.tsx'

/** What stands around every page. @param isEntered whether somebody has just signed in */
export const Shell = ({ isEntered }: { isEntered: boolean }) => (
  <>
    <a className="skip" href="#page">
      Skip to the content of the page
    </a>
    <header className="bar">
      <Link to="/" className="brand">
        <img src="/icon.svg" alt="" width="24" height="24" /> <span>quay-robots</span>
      </Link>
      <Navigation />
      <SessionMenu />
    </header>
    <PlaceBeforePage />
    <main id="page" tabIndex={-1}>
      <Suspense fallback={<Loading what="the page" />}>
        <Outlet />
      </Suspense>
    </main>
    <FocusOnPage isEntered={isEntered} />
    <KeepFocus />
    <Interruptions />
  </>
)
