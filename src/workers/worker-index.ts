/** The variable that tells a worker its number, from 0. */
export const WORKER_INDEX = 'QUAY_ROBOTS_WORKER'
