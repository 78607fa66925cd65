// What stops the log. Each code is an alarm and a section of the runbook; none is ever worked around by signing anyway.

export class LedgerFault extends Error {
  /**
   * `LOG_BEHIND`: what the log's table says was signed is less than, or another tree than, what was signed before: a restored table.
   * `LOG_DISAGREES`: checking found what log and store do not agree on; the lines before name it.
   * `LOG_INCONSISTENT`: bytes read back are not the ones that were written, or do not give the tree that they should.
   */
  readonly code: 'LOG_BEHIND' | 'LOG_INCONSISTENT' | 'LOG_DISAGREES';

  constructor(code: LedgerFault['code'], message: string) {
    super(message);
    this.name = 'LedgerFault';
    this.code = code;
  }
}
