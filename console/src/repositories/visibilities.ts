import type { Visibility } from './repository-calls.ts'

export const VISIBILITIES: Record<Visibility, string> = {
  private: 'who has a role',
  public: 'everybody',
}
