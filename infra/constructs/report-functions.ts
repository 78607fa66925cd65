// What gives reports out, and what builds them from a queue. One may write files and not open them, the other sign addresses that open
// them and not write; neither may list them. build-report signs what says how things stand, as public does, and seals PDF files; none of
// them signs anything that states something; none reaches the vault.
import { Duration } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { environment as buildReportEnvironment } from '../../functions/build-report/env.ts';
import { environment as reportsEnvironment } from '../../functions/reports/env.ts';
import { contractPartition, KEY_EVENTS, keys, reportsPartition, sharesPartition } from '../../lib/aws/keys.ts';
import { REPORT_TRIES } from '../../lib/report/message.ts';
import { BY_TENANT } from '../data-stack.ts';
import { onIndex, onItems, onKey, onQueues, onSecret, onTable } from './access.ts';
import { LambdaFunction } from './lambda-function.ts';
import { allowFiles } from './report-files.ts';
import type { RunbookAlarms } from './runbook-alarm.ts';
import type { Surroundings } from './surroundings.ts';
import { idsOf } from './web-functions.ts';
import { WorkerQueue } from './worker-queue.ts';

/** The functions that look after reports. */
export interface ReportFunctions {
  readonly reports: LambdaFunction;
  readonly buildReport: LambdaFunction;
}

/** A contract takes a second, ten thousand a minute. Below the quarter of an hour after which nothing of an erased contract may be under way. */
const TIMEOUT = Duration.minutes(10);

/** Megabytes. A slice of a hundred contracts takes a few; with more, V8 lets garbage lie for longer, and nothing is faster for it. */
const MEMORY = 256;

/** Reports to be built, and contracts whose reports are to be deleted. */
export const reportQueue = (scope: Construct, alarms: RunbookAlarms): WorkerQueue =>
  new WorkerQueue(scope, 'ReportQueue', {
    name: 'report',
    visibility: Duration.minutes(11),
    maxReceives: REPORT_TRIES,
    lateAfter: Duration.minutes(30),
    alarms,
  });

const reports = (scope: Construct, given: Surroundings): LambdaFunction => {
  const { business, cursorKey, reports: files } = given.data;
  const requests = new LambdaFunction(scope, 'Reports', {
    ...given,
    name: 'reports',
    description: "The tenants' HTTP API: reports",
    schema: reportsEnvironment,
    environment: {
      BUSINESS_TABLE: business.tableName,
      CURSOR_KEY_ID: cursorKey.secretArn,
      REPORT_QUEUE_URL: given.report.queue.queueUrl,
      REPORT_BUCKET: files.bucketName,
      PUBLIC_ORIGIN: given.origin,
    },
    // Just below the 30 s after which the HTTP API gives up.
    timeout: Duration.seconds(29),
    permissions: [
      onItems(business, keys.requestLimit('*', '*').pk, 'UpdateItem'),
      onItems(business, keys.idempotency('*', '*').pk, 'GetItem', 'PutItem', 'UpdateItem'),
      // That there is a report on a contract is noted beside it.
      onItems(business, contractPartition('*', '*'), 'GetItem', 'PutItem'),
      onItems(business, reportsPartition('*'), 'GetItem', 'PutItem', 'Query'),
      onItems(business, sharesPartition('*', '*'), 'GetItem', 'PutItem', 'UpdateItem', 'Query'),
      onItems(business, keys.shareLink('*').pk, 'PutItem'),
      onSecret(cursorKey),
      onQueues(given.report.queue),
    ],
  });
  // It opens none: the addresses that it signs work by this.
  allowFiles(requests, files, 'GetObject');
  return requests;
};

const buildReport = (scope: Construct, given: Surroundings): LambdaFunction => {
  const { business, attestations, log, checkpointKey, reports: files } = given.data;
  const { statementKeys, statusListKeys, statusListKey, pdfSealKeys, pdfSealKey } = given.data;
  const builder = new LambdaFunction(scope, 'BuildReport', {
    ...given,
    name: 'build-report',
    description: 'Builds reports, and deletes those of erased contracts',
    schema: buildReportEnvironment,
    environment: {
      BUSINESS_TABLE: business.tableName,
      ATTESTATIONS_TABLE: attestations.tableName,
      LOG_TABLE: log.tableName,
      STATEMENT_KEY_IDS: idsOf(statementKeys),
      STATUS_LIST_KEY_IDS: idsOf(statusListKeys),
      PDF_SEAL_KEY_IDS: idsOf(pdfSealKeys),
      STATUS_LIST_KEY_ID: statusListKey.keyId,
      PDF_SEAL_KEY_ID: pdfSealKey.keyId,
      SEAL_CERTIFICATES: given.config.sealCertificates ?? 'self-issued',
      TIMESTAMP_URL: given.config.timestampUrl ?? 'none',
      CHECKPOINT_KEY_ID: checkpointKey.keyId,
      ISSUER: given.origin,
      REPORT_BUCKET: files.bucketName,
    },
    timeout: TIMEOUT,
    memory: MEMORY,
    permissions: [
      onIndex(business, BY_TENANT),
      // Whom a PDF is for.
      onItems(business, keys.tenant('*').pk, 'GetItem'),
      onItems(business, contractPartition('*', '*'), 'Query', 'DeleteItem'),
      onItems(business, reportsPartition('*'), 'GetItem', 'UpdateItem', 'DeleteItem'),
      // The link that is printed on a PDF.
      onItems(business, sharesPartition('*', '*'), 'PutItem', 'Query', 'DeleteItem'),
      onItems(business, keys.shareLink('*').pk, 'PutItem', 'DeleteItem'),
      onTable(attestations, 'BatchGetItem'),
      onItems(attestations, contractPartition('*', '*'), 'Query'),
      onTable(log, 'GetItem'),
      onItems(attestations, KEY_EVENTS, 'Query'),
      ...statementKeys.map((key) => onKey(key, 'GetPublicKey')),
      // DescribeKey: the certificate that a key issues to itself is in force since it was made.
      ...pdfSealKeys.map((key) => onKey(key, 'Sign', 'GetPublicKey', 'DescribeKey')),
      // Status lists and heads of chains.
      ...statusListKeys.map((key) => onKey(key, 'Sign', 'GetPublicKey')),
      onKey(checkpointKey, 'GetPublicKey'),
      given.report.consume(),
    ],
  });
  allowFiles(builder, files, 'PutObject', 'DeleteObject');
  given.report.feed(builder.lambda, {
    batchSize: 1,
    window: Duration.seconds(0),
    concurrency: given.config.concurrency.report,
  });
  return builder;
};

/** Creates the functions that look after reports. */
export const reportFunctions = (scope: Construct, given: Surroundings): ReportFunctions => ({
  reports: reports(scope, given),
  buildReport: buildReport(scope, given),
});
