/** UTF-16 units; longer ones are no passphrases. */
export const MAX_PASSPHRASE = 1_024;
