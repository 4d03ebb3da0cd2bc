const quoted = (text: string): string => `"${text.replaceAll(/["\\]/g, '')}"`;

/** The configured STUN and TURN servers as `Link` values (RFC 9725, section 4.6). */
export const iceServerLinks = (iceServers: string | undefined): string[] =>
  (iceServers ?? '')
    .split(',')
    .map((text) => text.trim())
    .filter((text) => text !== '')
    .map((text) => {
      const [, scheme, user, password, host] = /^(\w+):(?:([^:@]*):([^@]*)@)?(.+)$/.exec(text) ?? [];
      const credential =
        user === undefined ? '' : `; username=${quoted(user)}; credential=${quoted(password!)}; credential-type="password"`;
      return `<${scheme}:${host}>; rel="ice-server"${credential}`;
    });
