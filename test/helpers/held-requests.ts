import { connect, type Socket } from 'node:net'
import { setImmediate as turn } from 'node:timers/promises'
import { Prisma } from '../../src/generated/prisma/client.ts'
import type { TestService } from './service.ts'

/** Once nothing is at work, keeps every query for robots waiting, until the function that it answers is called. */
export async function holdRobots({ db, app }: TestService) {
  while (app.inFlight() > 0) await turn()
  let locked = () => {}
  const isLocked = new Promise<void>((resolve) => {
    locked = resolve
  })
  let release = () => {}
  const isReleased = new Promise<void>((resolve) => {
    release = resolve
  })
  const held = db.$transaction(async (tx) => {
    await tx.$executeRaw(Prisma.sql`LOCK TABLE robots IN ACCESS EXCLUSIVE MODE`)
    locked()
    await isReleased
  })
  await isLocked
  return async () => {
    release()
    await held
  }
}

/** A log-in to the registry, which asks for the robot, as it is sent. */
export const logIn = (username: string, password: string) =>
  `GET /v2/auth HTTP/1.1\r\nHost: localhost\r\nAuthorization: Basic ${btoa(`${username}:${password}`)}\r\n\r\n`

/** Sends it, and leaves the answer where it is. */
export function sendAndWait({ url }: TestService, bytes: string): Socket {
  const { hostname, port } = new URL(url)
  const socket = connect(Number(port), hostname)
  socket.write(bytes)
  return socket
}
