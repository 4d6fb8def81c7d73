/** What reasons mean that are no codes of the exchange: by which way a log-in was tried, and what is wrong with an issuer. */
const WORDS: Record<string, string> = {
  federation: 'by an identity token',
  v2auth: 'at the registry, by secret or password',
  quayauth: 'at the sign-in, by password',
  oauth: 'at the token endpoint, as an application',

  address: 'the issuer has a private address',
  connection: 'nobody listens at the issuer',
  discovery: 'the issuer has no discovery document that can be used',
  dns: 'the name of the issuer is not found',
  issuer_mismatch: 'the issuer calls itself by another name',
  no_record: 'the entry names stored keys of the issuer that are not there',
  no_usable_key: 'the issuer has no key that can be used',
  not_json: 'the issuer answers with something else than JSON',
  not_listed: 'the issuer is not among those that the policy lists',
  redirect: 'the issuer leads on and on',
  status: 'the issuer answers with an error',
  timeout: 'the issuer does not answer in time',
  tls: 'the certificate of the issuer is not trusted',
  too_large: 'the issuer answers with too much',
  url: 'the address of the issuer is none',
}

/** A reason in words, and as it is called in the log; codes of the exchange are what the help has them by. */
export const reasonInWords = (reason: string): string =>
  Object.hasOwn(WORDS, reason) ? `${WORDS[reason]} (${reason})` : reason
