import { replayAll } from './replay-all.ts'

replayAll('live')
