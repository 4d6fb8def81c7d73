import { connect, type Socket } from 'node:net'

const HEAD_END = Buffer.from('\r\n\r\n')

interface Reply {
  status: number
  /** Up to and without the empty line. */
  head: string
  body: Buffer
}

/**
 * One kept-alive connection that takes a request at a time. It knows as much of HTTP/1.1 as the two
 * servers use (Content-Length, no chunks), so that it costs little beside them.
 */
export class Connection {
  private readonly socket: Socket
  private received: Buffer = Buffer.alloc(0)
  private settle: ((error: Error | undefined, reply?: Reply) => void) | undefined

  constructor(port: number) {
    this.socket = connect(port, '127.0.0.1')
    this.socket.setNoDelay(true)
    this.socket.on('data', (chunk) => this.take(chunk))
    this.socket.on('error', (error) => this.settle?.(error))
    this.socket.on('close', () => this.settle?.(new Error('the server closed the connection')))
  }

  send(request: Buffer): Promise<Reply> {
    return new Promise((resolve, reject) => {
      this.settle = (error, reply) => {
        this.settle = undefined
        if (reply) resolve(reply)
        else reject(error)
      }
      this.socket.write(request)
    })
  }

  close() {
    this.settle = undefined
    this.socket.destroy()
  }

  private take(chunk: Buffer) {
    this.received = this.received.length === 0 ? chunk : Buffer.concat([this.received, chunk])
    const headEnd = this.received.indexOf(HEAD_END)
    if (headEnd < 0) return
    const head = this.received.toString('latin1', 0, headEnd)
    const length = Number(/\r\ncontent-length: (\d+)/i.exec(head)?.[1])
    const end = headEnd + HEAD_END.length + length
    if (Number.isNaN(length)) return this.settle?.(new Error(`no Content-Length: ${head}`))
    if (this.received.length < end) return
    const body = this.received.subarray(headEnd + HEAD_END.length, end)
    this.received = this.received.subarray(end)
    this.settle?.(undefined, { status: Number(head.slice(9, 12)), head, body })
  }
}
