import { type Facts, factsOf, type LogEntry } from './log-entry.ts'
import { exchanged, gaveNoKeys, loggedIn, loggedOut, refused } from './log-in-sentences.ts'
import { changedRobot, madeRobot, madeSecret } from './robot-sentences.ts'

type Sentence = (facts: Facts) => string

const repositoryOf = ({ of }: Facts) => `${of('namespace')}/${of('repo')}`
const granteeOf = ({ of }: Facts) => of('username') || `team ${of('team')}`
const delegateOf = ({ of }: Facts) => of('delegate_user') || `team ${of('delegate_team')}`
const tokenOf = ({ of }: Facts) =>
  (of('token_name') || of('name') || of('token_uuid') || of('oauth_token_id')) +
  (of('application_name') && ` of application ${of('application_name')}`)

/** What happened, by the area and the kind of the entry. */
export const AREAS: Record<string, Record<string, Sentence>> = {
  'Log-ins': {
    federated_robot_token_exchange: exchanged,
    login_success: loggedIn,
    login_failure: refused,
    logout_success: loggedOut,
    issuer_failure: gaveNoKeys,
  },
  Robots: {
    create_robot: madeRobot,
    change_robot: changedRobot,
    delete_robot: ({ who, robot }) => `${who} deleted robot ${robot}`,
    change_robot_policy: ({ who, owner }) => `${who} changed the robot policy of ${owner}`,
  },
  'Secrets and tokens of robots': {
    regenerate_robot_token: madeSecret,
    bring_robot_secret: ({ who, robot }) => `${who} brought a secret for robot ${robot}`,
    change_robot_secret: ({ who, robot, timeOf }) =>
      `${who} changed when a secret of robot ${robot} expires: ${timeOf('expires_at') || 'never'}`,
    delete_robot_secret: ({ who, robot }) => `${who} ended a secret of robot ${robot}`,
    export_robot_credentials: ({ who, robot, of }) =>
      `${who} took the credentials of robot ${robot} as ${of('format')}`,
    reveal_robot_token: ({ who, robot }) => `${who} was shown the secret of robot ${robot}`,
    reveal_robot_tokens: ({ who, owner }) => `${who} was shown the secrets of robots of ${owner}`,
    create_robot_api_token: ({ who, robot, of }) =>
      `${who} made the API token ${of('token_display_name')} of robot ${robot}`,
    revoke_robot_api_token: ({ who, robot }) => `${who} ended an API token of robot ${robot}`,
  },
  Federation: {
    create_robot_federation: ({ who, robot }) =>
      `${who} changed whose identity tokens let jobs act as robot ${robot}`,
    delete_robot_federation: ({ who, robot }) =>
      `${who} took all federation entries from robot ${robot}`,
    create_issuer_record: ({ who, of }) => `${who} put the issuer ${of('name')} (${of('issuer')})`,
    change_issuer_record: ({ who, of }) =>
      `${who} changed the issuer ${of('name')} (${of('issuer')})`,
    delete_issuer_record: ({ who, of }) =>
      `${who} deleted the issuer ${of('name')} (${of('issuer')})`,
  },
  'Organizations and teams': {
    org_create: ({ who, of }) => `${who} made the organization ${of('namespace')}`,
    org_delete: ({ who, of }) => `${who} deleted the organization ${of('namespace')}`,
    org_change_name: ({ who, of }) =>
      `${who} renamed the organization ${of('old_name')} to ${of('new_name')}`,
    org_change_email: ({ who, owner, of }) =>
      `${who} changed the e-mail address of ${owner} to ${of('email') || 'none'}`,
    org_change_invoicing: ({ who, owner }) => `${who} changed the invoice settings of ${owner}`,
    org_change_tag_expiration: ({ who, owner }) => `${who} changed the tag expiration of ${owner}`,
    org_create_team: ({ who, of }) => `${who} made the team ${of('team')}`,
    org_delete_team: ({ who, of }) => `${who} deleted the team ${of('team')}`,
    org_set_team_role: ({ who, of }) => `${who} made the team ${of('team')} ${of('role')}`,
    org_set_team_description: ({ who, of }) => `${who} described the team ${of('team')}`,
    org_add_team_member: ({ who, of }) => `${who} added ${of('member')} to the team ${of('team')}`,
    org_remove_team_member: ({ who, of }) =>
      `${who} removed ${of('member')} from the team ${of('team')}`,
  },
  'Repositories and default permissions': {
    create_repo: (facts) => `${facts.who} made the repository ${repositoryOf(facts)}`,
    delete_repo: (facts) => `${facts.who} deleted the repository ${repositoryOf(facts)}`,
    change_repo_visibility: (facts) =>
      `${facts.who} made the repository ${repositoryOf(facts)} ${facts.of('visibility')}`,
    set_repo_description: (facts) => `${facts.who} described the repository ${repositoryOf(facts)}`,
    change_repo_permission: (facts) =>
      `${facts.who} gave ${granteeOf(facts)} the role ${facts.of('role')} in ${repositoryOf(facts)}`,
    delete_repo_permission: (facts) =>
      `${facts.who} took ${granteeOf(facts)} the role in ${repositoryOf(facts)}`,
    create_prototype_permission: (facts) =>
      `${facts.who} gave ${delegateOf(facts)} the role ${facts.of('role')} in new repositories`,
    modify_prototype_permission: (facts) =>
      `${facts.who} changed the role of ${delegateOf(facts)} in new repositories to ${facts.of('role')}`,
    delete_prototype_permission: (facts) =>
      `${facts.who} took ${delegateOf(facts)} the role in new repositories`,
  },
  Users: {
    user_create: ({ who, of }) =>
      `${who} made the user ${of('username')}${of('superuser') === 'true' ? ', a superuser' : ''}`,
    user_delete: ({ who, of }) => `${who} deleted the user ${of('username')}`,
    user_enable: ({ who, of }) => `${who} enabled the user ${of('username')}`,
    user_disable: ({ who, of }) => `${who} disabled the user ${of('username')}`,
    user_change_password: ({ who, of }) => `${who} changed the password of ${of('username')}`,
    user_change_superuser: ({ who, of }) =>
      of('superuser') === 'true'
        ? `${who} made ${of('username')} a superuser`
        : `${who} took ${of('username')} the rights of a superuser`,
    user_change_email: ({ who, of }) =>
      `${who} changed the e-mail address of ${of('username')} to ${of('email') || 'none'}`,
    unlink_user: ({ who, of }) =>
      `${who} ended the link of the user ${of('username')} with ${of('subject')} of ${of('issuer')}`,
    link_user: ({ who, of }) =>
      `${who} linked the user ${of('username')} with ${of('subject')} of ${of('issuer')}`,
  },
  'API tokens': {
    create_oauth_api_token: (facts) => `${facts.who} made the API token ${tokenOf(facts)}`,
    revoke_oauth_api_token: (facts) => `${facts.who} ended the API token ${tokenOf(facts)}`,
    create_app_specific_token: ({ who, of }) =>
      `${who} made the app specific token ${of('app_specific_token_title')}`,
    revoke_app_specific_token: ({ who, of }) =>
      `${who} ended the app specific token ${of('app_specific_token_title')}`,
    reveal_app_specific_token: ({ who, of }) =>
      `${who} was shown the app specific token ${of('app_specific_token_title')}`,
  },
  Applications: {
    create_application: ({ who, of }) => `${who} made the application ${of('application_name')}`,
    update_application: ({ who, of }) => `${who} changed the application ${of('application_name')}`,
    delete_application: ({ who, of }) => `${who} deleted the application ${of('application_name')}`,
    reset_application_client_secret: ({ who, of }) =>
      `${who} made a new secret of the application ${of('application_name')}`,
    reveal_application_client_secret: ({ who, of }) =>
      `${who} was shown the secret of the application ${of('application_name')}`,
    reveal_application_client_secrets: ({ who, owner }) =>
      `${who} was shown the secrets of applications of ${owner}`,
  },
  'Keys, and names that were used': {
    rotate_signing_key: ({ who, of }) => `${who} made the new signing key ${of('kid')}`,
    reset_keys: ({ who }) => `${who} replaced all keys and secrets`,
    replace_registry_certificate: ({ who }) => `${who} replaced the certificate for the registry`,
    release_name: ({ who, of }) => `${who} let anybody take the name ${of('name')}`,
  },
  Webhooks: {
    create_webhook: ({ who, of }) => `${who} made a webhook to ${of('host')}`,
    change_webhook: ({ who, of }) => `${who} changed the webhook to ${of('host')}`,
    delete_webhook: ({ who, of }) => `${who} deleted the webhook to ${of('host')}`,
    rotate_webhook_secret: ({ who, of }) =>
      `${who} made a new secret of the webhook ${of('host') && `to ${of('host')}`}`,
    redeliver_webhook: ({ who, of }) => `${who} sent an event again to ${of('host')}`,
  },
}

/** What happened, by the kind of the entry. */
export const SENTENCES: Record<string, Sentence> = Object.assign({}, ...Object.values(AREAS))

/** `create_robot` as words: of kinds that a newer service knows. */
export const kindInWords = (kind: string): string => kind.replaceAll('_', ' ')

/** An entry as a sentence. @param owner whose log it is; not of that of the installation, whose entries say it */
export function sentenceOf(entry: LogEntry, owner?: string): string {
  const facts = factsOf(entry, owner)
  return (SENTENCES[entry.kind] ?? (({ who }) => `${who}: ${kindInWords(entry.kind)}`))(facts)
}
