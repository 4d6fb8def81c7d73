import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import ipaddr from 'ipaddr.js'

const TYPE_A = 1
const TYPE_AAAA = 28
const NO_SUCH_NAME = 3
const HEADER_BYTES = 12

export type DnsServer = Awaited<ReturnType<typeof startDnsServer>>

/** A DNS server on loopback (RFC 1035) that knows these names and no other. */
export async function startDnsServer(zone: Record<string, string[]>) {
  const questions: string[] = []
  const socket = createSocket('udp4', (query, { port, address }) => {
    const { name, type, question } = readQuestion(query)
    questions.push(name)
    const found = zone[name]?.map((text) => Buffer.from(ipaddr.parse(text).toByteArray())) ?? []
    const size = type === TYPE_A ? 4 : 16
    const isKnown = type === TYPE_A || type === TYPE_AAAA
    const answers = isKnown ? found.filter(({ length }) => length === size) : []
    const header = Buffer.alloc(HEADER_BYTES)
    query.copy(header, 0, 0, 2)
    header.writeUInt16BE(0x8180 | (zone[name] ? 0 : NO_SUCH_NAME), 2)
    header.writeUInt16BE(1, 4)
    header.writeUInt16BE(answers.length, 6)
    const records = answers.map((data) => recordOf(type, data))
    socket.send(Buffer.concat([header, question, ...records]), port, address)
  }).bind(0, '127.0.0.1')
  await once(socket, 'listening')
  return {
    address: `127.0.0.1:${socket.address().port}`,
    /** Names that were asked for, once for each family. */
    questions,
    close: () => socket.close(),
  }
}

function readQuestion(query: Buffer) {
  const labels: string[] = []
  let at = HEADER_BYTES
  for (let length = query.readUInt8(at); length > 0; length = query.readUInt8(at)) {
    labels.push(query.toString('ascii', at + 1, at + 1 + length))
    at += length + 1
  }
  const question = query.subarray(HEADER_BYTES, at + 5)
  return { name: labels.join('.').toLowerCase(), type: query.readUInt16BE(at + 1), question }
}

/** The name as a pointer to the question's, class IN, to be forgotten at once. */
function recordOf(type: number, data: Buffer): Buffer {
  const head = Buffer.from([0xc0, HEADER_BYTES, 0, type, 0, 1, 0, 0, 0, 0, 0, data.length])
  return Buffer.concat([head, data])
}
