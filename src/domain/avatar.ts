import { createHash } from 'node:crypto'

type AvatarKind = 'user' | 'org' | 'team' | 'robot' | 'app'

export interface Avatar {
  name: string
  hash: string
  color: string
  kind: AvatarKind
}

/** Quay's colours. */
const PALETTE =
  '969696 aec7e8 ff7f0e ffbb78 2ca02c 98df8a d62728 ff9896 9467bd c5b0d5 8c564b c49c94 e377c2 f7b6d2 7f7f7f c7c7c7 bcbd22 1f77b4 17becf 9edae5 393b79 5254a3 6b6ecf 9c9ede 9ecae1 31a354 b5cf6b a1d99b 8c6d31 ad494a e7ba52 a55194'.split(
    ' ',
  )

/**
 * The avatar of an account or a team: a colour and an image key made from its identity.
 *
 * @param identity whose hash the key is, whatever its case: by default the name. The e-mail address only for callers who
 *   may see it, since a hash gives it away to anyone who guesses it
 */
export function avatar(name: string, kind: AvatarKind, identity = name): Avatar {
  const hash = createHash('sha256').update(identity.trim().toLowerCase()).digest('hex')
  const color = PALETTE[Number.parseInt(hash.slice(0, 2), 16) % PALETTE.length]
  return { name, hash, color: `#${color}`, kind }
}
