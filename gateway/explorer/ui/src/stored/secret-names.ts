const SECRET =
  /pass(word|phrase|code|wd)|^pass$|^pwd$|secret|token|credential|api[-_]?key|private[-_]?key|authori[sz]ation|cookie|^(otp|pin|cvc|cvv)$/i;

/** Whether a variable, an argument, a field or a header is called as secrets are. */
export function looksSecret(name: string): boolean {
  return SECRET.test(name);
}
