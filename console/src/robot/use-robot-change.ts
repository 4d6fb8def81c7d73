import { useMutation, useQueryClient } from '@tanstack/react-query'
import { changeRobot, type RobotAddress, type RobotPatch, refreshRobot } from './robot-query.ts'

/** Changes the robot, and shows it as it is then. */
export function useRobotChange(address: RobotAddress, onDone?: () => void) {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (patch: RobotPatch) => changeRobot(address, patch),
    onSuccess: async () => {
      await refreshRobot(queries, address)
      onDone?.()
    },
  })
}
