/** An organization with something of everything, as an export has it. */
export const ACME = `# yaml-language-server: $schema=./apply.schema.json
organization: acme
email: ops@acme.example
policy:
  secret_max_lifetime: 90d
  trusted_issuers: listed
issuers:
  cluster:
    issuer: https://kubernetes.default.svc.cluster.local
    jwks:
      keys:
        - x: f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU
          y: x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0
          crv: P-256
          kid: k1
          kty: EC
teams:
  builders:
    role: creator
    description: Who builds
    members:
      - acme+ci
      - bob
  owners:
    role: admin
    members:
      - alice
robots:
  ci:
    description: CI of acme/web
    labels:
      team: web
    unstructured_metadata:
      env:
        region: eu
    expires_at: 2099-01-31T00:00:00.000Z
    enabled: false
    disabled_reason: not yet
    federation:
      - issuer: https://kubernetes.default.svc.cluster.local
        issuer_ref: cluster
        subject: system:serviceaccount:ci:runner
        audiences:
          - https://robots.example.com
        claims:
          /kubernetes.io/namespace: ci
        expires_in: 600
      - issuer: https://kubernetes.default.svc.cluster.local
        issuer_ref: cluster
        subject: system:serviceaccount:ci:other
  deployer:
    secret: false
    federation: []
repositories:
  team/app:
    visibility: public
    description: |-
      The **app**
      of the team
    permissions:
      teams:
        builders: write
      robots:
        ci: write
        deployer: read
      users:
        bob: admin
  web:
    visibility: private
    permissions:
      teams: {}
      robots: {}
      users: {}
default_permissions:
  - robot: deployer
    role: write
    created_by: bob
  - team: builders
    role: read
`
