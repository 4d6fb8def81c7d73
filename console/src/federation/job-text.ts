/** Of whom, and where. */
interface Job {
  /** The address of this service. */
  service: string
  /** Full name of the robot. */
  robot: string
  /** `host[:port]` of the registry. */
  registry: string
  /** What the job asks its identity token for. */
  audience: string
}

/** What goes into the job, and where it goes. */
interface JobText {
  where: string
  text: string
}

/** Swaps the identity token for a robot token, and logs in with that. */
const LOGIN = `PASSWORD=$(curl -sSf -u "$ROBOT:$IDENTITY" "$ROBOTS/oauth2/federation/robot/token" |
  sed -n 's/.*"token" *: *"\\([^"]*\\)".*/\\1/p')
test -n "$PASSWORD"
printf %s "$PASSWORD" | docker login -u "$ROBOT" --password-stdin "$REGISTRY"`

const indented = (text: string, by: number) => text.replaceAll(/^(?=.)/gm, ' '.repeat(by))

/** Names in YAML. */
const variables = ({ service, robot, registry }: Job, by: number) =>
  indented(`ROBOTS: ${service}\nROBOT: ${robot}\nREGISTRY: ${registry}`, by)

/** For a shell that has none of them. */
const assigned = ({ service, robot, registry }: Job) =>
  `ROBOTS=${service} ROBOT=${robot} REGISTRY=${registry}`

const github = (job: Job): JobText => ({
  where: 'in its workflow, with a step before the push',
  text: `permissions:
  contents: read
  id-token: write # lets the job ask for an identity token
# …
      - name: Log in to the registry
        shell: bash
        env:
${variables(job, 10)}
        run: |
          IDENTITY=$(curl -sSf -G --data-urlencode "audience=${job.audience}" \\
            -H "Authorization: Bearer $ACTIONS_ID_TOKEN_REQUEST_TOKEN" "$ACTIONS_ID_TOKEN_REQUEST_URL" |
            sed -n 's/.*"value" *: *"\\([^"]*\\)".*/\\1/p')
          echo "::add-mask::$IDENTITY"
${indented(LOGIN, 10)}
`,
})

const inShell = (where: string, job: Job, identity: string): JobText => ({
  where,
  text: `${assigned(job)}\nIDENTITY=${identity}\n${LOGIN}\n`,
})

const OF_PLATFORM: Readonly<Record<string, (job: Job) => JobText>> = {
  github,
  'github-enterprise': github,
  gitlab: (job) => ({
    where: 'in .gitlab-ci.yml, at the job',
    text: `  id_tokens:
    IDENTITY:
      aud: ${job.audience}
  variables:
${variables(job, 4)}
  script:
    - |
${indented(LOGIN, 6)}
`,
  }),
  kubernetes: (job) => ({
    where: 'in the pod, and what its container runs',
    text: `      volumeMounts:
        - { name: identity, mountPath: /var/run/secrets/robots, readOnly: true }
  volumes:
    - name: identity
      projected:
        sources:
          - serviceAccountToken:
              audience: ${job.audience}
              expirationSeconds: 3600
              path: token
# the container runs
${indented(inShell('', job, '$(cat /var/run/secrets/robots/token)').text, 2)}`,
  }),
  spiffe: (job) =>
    inShell(
      'in the workload',
      job,
      `$(spire-agent api fetch jwt -audience ${job.audience} -output json |\n  sed -n 's/.*"svid" *: *"\\([^"]*\\)".*/\\1/p' | head -n 1)`,
    ),
  buildkite: (job) => ({
    where: 'in the pipeline, at the step; $$ is a $ that the agent leaves alone',
    text: `    env:
${variables(job, 6)}
    command: |
      IDENTITY=$$(buildkite-agent oidc request-token --audience ${job.audience} --claim pipeline_id)
${indented(LOGIN.replaceAll('$', '$$$$'), 6)}
`,
  }),
  circleci: (job) => ({
    where: 'in .circleci/config.yml, at the job',
    text: `    environment:
${variables(job, 6)}
    steps:
      - run:
          name: Log in to the registry
          command: |
            IDENTITY=$(circleci run oidc get --claims '{"aud": "${job.audience}"}')
${indented(LOGIN, 12)}
`,
  }),
  bitbucket: (job) => ({
    where: 'in bitbucket-pipelines.yml, at the step',
    text: `          oidc:
            audiences:
              - ${job.audience}
          script:
            - export ${assigned(job)}
            - |
${indented(LOGIN.replace('$IDENTITY', '$BITBUCKET_STEP_OIDC_TOKEN'), 14)}
`,
  }),
  terraform: ({ service, robot, registry, audience }) => ({
    where: `in the configuration; the workspace has the variable TFC_WORKLOAD_IDENTITY_AUDIENCE_ROBOTS = ${audience}`,
    text: `data "external" "robot" {
  program = ["sh", "-ec", <<-EOT
    curl -sSf -u "${robot}:$TFC_WORKLOAD_IDENTITY_TOKEN_ROBOTS" ${service}/oauth2/federation/robot/token
  EOT
  ]
}

provider "docker" {
  registry_auth {
    address  = "${registry}"
    username = "${robot}"
    password = data.external.robot.result.token
  }
}
`,
  }),
  jenkins: (job) =>
    inShell('in a sh step, within withCredentials that binds IDENTITY', job, '$IDENTITY'),
  google: (job) =>
    inShell(
      'on a machine, in a pod or a function of Google Cloud',
      job,
      `$(curl -sSf -G -H 'Metadata-Flavor: Google' --data-urlencode 'audience=${job.audience}' \\\n  http://metadata.google.internal/computeMetadata/v1/instance/service-accounts/default/identity)`,
    ),
  azure: (job) =>
    inShell(
      'on a machine of Azure that has the managed identity',
      job,
      `$(curl -sSf -G -H 'Metadata: true' --data-urlencode 'resource=${job.audience}' \\\n  'http://169.254.169.254/metadata/identity/oauth2/token?api-version=2018-02-01' |\n  sed -n 's/.*"access_token" *: *"\\([^"]*\\)".*/\\1/p')`,
    ),
  fly: (job) =>
    inShell(
      'on the machine',
      job,
      `$(curl -sSf --unix-socket /.fly/api -X POST -d '{"aud": "${job.audience}"}' \\\n  http://localhost/v1/tokens/oidc)`,
    ),
}

/** @param platform name of its template; of one that is not known the job has the token already */
export function jobText(platform: string, job: Job): JobText {
  const known = OF_PLATFORM[platform]
  if (known) return known(job)
  return inShell('with its identity token, which it asks for this audience', job, 'TOKEN')
}
