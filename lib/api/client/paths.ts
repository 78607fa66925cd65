// The API in types, made from openapi.json by `npm run openapi`: not to be changed by hand.
// For openapi-fetch: `createClient<paths>({ baseUrl })`.

export interface paths {
  readonly "/v1/contracts": {
    /**
     * Create a contract
     *
     * Needs the scope `contracts:write`.
     */
    readonly post: {
      readonly parameters: {
        readonly query?: never;
        readonly header?: {
          /** Any text of your own, 1 to 255 printable ASCII characters (spaces too, no quote or backslash), another one for each thing you want done. Sent again with the same request, it gets the answer that the first one got, for a day. */
          readonly "Idempotency-Key"?: string;
        };
        readonly path?: never;
        readonly cookie?: never;
      };
      readonly requestBody: {
        readonly content: {
          readonly "application/json": components["schemas"]["NewContract"];
        };
      };
      readonly responses: {
        /** Created. */
        readonly 201: {
          readonly headers: {
            readonly "x-request-id": string;
            readonly "idempotency-replayed"?: string;
            readonly location: string;
            readonly etag: string;
          };
          readonly content: {
            readonly "application/json": components["schemas"]["ContractWithConnection"];
          };
        };
        readonly 400: components["responses"]["invalid_request-or-malformed_json"];
        readonly 401: components["responses"]["unauthorized"];
        readonly 403: components["responses"]["missing_scope"];
        readonly 409: components["responses"]["request_in_progress-or-reference_taken-or-contract_erased"];
        readonly 413: components["responses"]["body_too_large"];
        readonly 415: components["responses"]["unsupported_media_type"];
        readonly 422: components["responses"]["idempotency_key_reused"];
        readonly 429: components["responses"]["rate_limited"];
        readonly 500: components["responses"]["internal"];
        readonly 503: components["responses"]["gateway_503"];
      };
    };
    /**
     * List contracts, newest first
     *
     * Filters narrow the list together; a cursor belongs to the filters it came with. A filtered page looks at 100 contracts at most: it may hold fewer than `limit`, or none, and have a `next` all the same. What was just changed may take a moment to appear, except by `reference`.
     *
     * Needs the scope `contracts:read`.
     */
    readonly get: {
      readonly parameters: {
        readonly query?: {
          /** Items on a page. A whole number from 1 to 100. */
          readonly limit?: number;
          /** The `next` of the page before. */
          readonly cursor?: string;
          /** Your own name for the contract; unique among yours. No control characters and no broken Unicode. No spaces at either end. */
          readonly reference?: string;
          readonly kind?: "insurance" | "lease";
          /** Where the contract stands between its first and last instant. */
          readonly state?: "upcoming" | "active" | "ended";
          /** The month that is stated next. `upcoming`: it is to come, with the contract. `running`: it is not over. `awaited`: it is over, and its statement is to come. `stated`: there is none, all is stated. */
          readonly periodStatus?: "upcoming" | "running" | "awaited" | "stated";
          /** `state` of the connection that the contract is shown with; `none`: it has none. */
          readonly connectionState?: "pending" | "active" | "action_required" | "reauth_required" | "withdrawn" | "failed" | "replaced" | "ended" | "none";
        };
        readonly header?: {
          /** The `etag` of the answer you have: 304 when it is still the answer. */
          readonly "If-None-Match"?: string;
        };
        readonly path?: never;
        readonly cookie?: never;
      };
      readonly requestBody?: never;
      readonly responses: {
        /** A page of contracts. */
        readonly 200: {
          readonly headers: {
            readonly "x-request-id": string;
            readonly etag: string;
          };
          readonly content: {
            readonly "application/json": {
              readonly items: readonly (components["schemas"]["Contract"])[];
              /** Cursor of the next page; null on the last one. */
              readonly next: string | null;
            };
          };
        };
        /** What you have is still the answer. */
        readonly 304: {
          readonly headers: {
            readonly "x-request-id": string;
            readonly etag: string;
          };
          readonly content?: never;
        };
        readonly 400: components["responses"]["invalid_request"];
        readonly 401: components["responses"]["unauthorized"];
        readonly 403: components["responses"]["missing_scope"];
        readonly 429: components["responses"]["rate_limited"];
        readonly 500: components["responses"]["internal"];
        readonly 503: components["responses"]["gateway_503"];
      };
    };
  };
  readonly "/v1/contract-batches": {
    /**
     * Create up to 100 contracts
     *
     * Each line is answered by itself: one that is wrong, or whose reference is taken, keeps no other from being created. Of two lines with one reference the first is created. To send a corrected line is another request, with another `Idempotency-Key`.
     *
     * Needs the scope `contracts:write`.
     */
    readonly post: {
      readonly parameters: {
        readonly query?: never;
        readonly header?: {
          /** Any text of your own, 1 to 255 printable ASCII characters (spaces too, no quote or backslash), another one for each thing you want done. Sent again with the same request, it gets the answer that the first one got, for a day. */
          readonly "Idempotency-Key"?: string;
        };
        readonly path?: never;
        readonly cookie?: never;
      };
      readonly requestBody: {
        readonly content: {
          readonly "application/json": components["schemas"]["NewContracts"];
        };
      };
      readonly responses: {
        /** What became of each line. */
        readonly 200: {
          readonly headers: {
            readonly "x-request-id": string;
            readonly "idempotency-replayed"?: string;
          };
          readonly content: {
            readonly "application/json": components["schemas"]["ContractLines"];
          };
        };
        readonly 400: components["responses"]["invalid_request-or-malformed_json"];
        readonly 401: components["responses"]["unauthorized"];
        readonly 403: components["responses"]["missing_scope"];
        readonly 409: components["responses"]["request_in_progress-or-contract_erased"];
        readonly 413: components["responses"]["body_too_large"];
        readonly 415: components["responses"]["unsupported_media_type"];
        readonly 422: components["responses"]["idempotency_key_reused"];
        readonly 429: components["responses"]["rate_limited"];
        readonly 500: components["responses"]["internal"];
        readonly 503: components["responses"]["gateway_503"];
      };
    };
  };
  readonly "/v1/contracts/{contractId}": {
    /**
     * Get a contract and its connection
     *
     * Needs the scope `contracts:read`.
     */
    readonly get: {
      readonly parameters: {
        readonly query?: never;
        readonly header?: {
          /** The `etag` of the answer you have: 304 when it is still the answer. */
          readonly "If-None-Match"?: string;
        };
        readonly path: {
          /** Id of a contract, `con_…`. */
          readonly contractId: string;
        };
        readonly cookie?: never;
      };
      readonly requestBody?: never;
      readonly responses: {
        /** The contract. */
        readonly 200: {
          readonly headers: {
            readonly "x-request-id": string;
            readonly etag: string;
          };
          readonly content: {
            readonly "application/json": components["schemas"]["ContractWithConnection"];
          };
        };
        /** What you have is still the answer. */
        readonly 304: {
          readonly headers: {
            readonly "x-request-id": string;
            readonly etag: string;
          };
          readonly content?: never;
        };
        readonly 400: components["responses"]["invalid_request"];
        readonly 401: components["responses"]["unauthorized"];
        readonly 403: components["responses"]["missing_scope"];
        readonly 404: components["responses"]["not_found"];
        readonly 429: components["responses"]["rate_limited"];
        readonly 500: components["responses"]["internal"];
        readonly 503: components["responses"]["gateway_503"];
      };
    };
    /**
     * Change a contract
     *
     * Fields that are left out stay as they are. `If-Match` names the state that you mean to change: the `etag` of the contract as you read it. Zone, start, day offset and deadline may change until ten minutes before the first month is over (`terms_fixed`): from then on it may have been stated. For another end there is `end`; reference and VIN stay.
     *
     * Needs the scope `contracts:write`.
     */
    readonly patch: {
      readonly parameters: {
        readonly query?: never;
        readonly header: {
          /** The `etag` of what you mean to change. */
          readonly "If-Match": string;
        };
        readonly path: {
          /** Id of a contract, `con_…`. */
          readonly contractId: string;
        };
        readonly cookie?: never;
      };
      readonly requestBody?: {
        readonly content: {
          readonly "application/json": components["schemas"]["ContractChange"];
        };
      };
      readonly responses: {
        /** The contract as it is now. */
        readonly 200: {
          readonly headers: {
            readonly "x-request-id": string;
            readonly etag: string;
          };
          readonly content: {
            readonly "application/json": components["schemas"]["ContractWithConnection"];
          };
        };
        readonly 400: components["responses"]["invalid_request-or-malformed_json"];
        readonly 401: components["responses"]["unauthorized"];
        readonly 403: components["responses"]["missing_scope"];
        readonly 404: components["responses"]["not_found"];
        readonly 409: components["responses"]["contract_erased-or-terms_fixed"];
        readonly 412: components["responses"]["precondition_failed"];
        readonly 413: components["responses"]["body_too_large"];
        readonly 415: components["responses"]["unsupported_media_type"];
        readonly 428: components["responses"]["precondition_required"];
        readonly 429: components["responses"]["rate_limited"];
        readonly 500: components["responses"]["internal"];
        readonly 503: components["responses"]["gateway_503"];
      };
    };
  };
  readonly "/v1/contracts/{contractId}/end": {
    /**
     * End a contract, or end it earlier
     *
     * The last period ends with it, and is stated as the others are; none comes after it. Then the connection is ended: our access at the maker, unless another contract has the car, and the tokens. A month that is over keeps its length: the earliest end is the first day of the running one, up to ten minutes before its end. The day of the start cancels a contract that has not got beyond its first month. It cannot be moved back.
     *
     * Needs the scope `contracts:write`.
     */
    readonly post: {
      readonly parameters: {
        readonly query?: never;
        readonly header?: {
          /** Any text of your own, 1 to 255 printable ASCII characters (spaces too, no quote or backslash), another one for each thing you want done. Sent again with the same request, it gets the answer that the first one got, for a day. */
          readonly "Idempotency-Key"?: string;
        };
        readonly path: {
          /** Id of a contract, `con_…`. */
          readonly contractId: string;
        };
        readonly cookie?: never;
      };
      readonly requestBody: {
        readonly content: {
          readonly "application/json": components["schemas"]["ContractEnd"];
        };
      };
      readonly responses: {
        /** The contract as it is now. */
        readonly 200: {
          readonly headers: {
            readonly "x-request-id": string;
            readonly "idempotency-replayed"?: string;
            readonly etag: string;
          };
          readonly content: {
            readonly "application/json": components["schemas"]["ContractWithConnection"];
          };
        };
        readonly 400: components["responses"]["invalid_request-or-malformed_json"];
        readonly 401: components["responses"]["unauthorized"];
        readonly 403: components["responses"]["missing_scope"];
        readonly 404: components["responses"]["not_found"];
        readonly 409: components["responses"]["request_in_progress-or-contract_erased"];
        readonly 413: components["responses"]["body_too_large"];
        readonly 415: components["responses"]["unsupported_media_type"];
        readonly 422: components["responses"]["idempotency_key_reused"];
        readonly 429: components["responses"]["rate_limited"];
        readonly 500: components["responses"]["internal"];
        readonly 503: components["responses"]["gateway_503"];
      };
    };
  };
  readonly "/v1/contracts/{contractId}/erase": {
    /**
     * Erase what a contract knows of a person and a car
     *
     * Of a contract that has ended and whose months are all stated. VIN, reference, metadata, connections, readings, declarations, the driver’s personal link and the reports on the contract go, and with them whatever statements could disclose. A report on a month, which names the reference and no VIN, stays for its 30 days. The statements stay as they were signed, and verify as before, with their places in the log. It takes fifteen minutes or more: until the maker has ended our access. It cannot be undone.
     *
     * Needs the scope `contracts:erase`.
     */
    readonly post: {
      readonly parameters: {
        readonly query?: never;
        readonly header?: {
          /** Any text of your own, 1 to 255 printable ASCII characters (spaces too, no quote or backslash), another one for each thing you want done. Sent again with the same request, it gets the answer that the first one got, for a day. */
          readonly "Idempotency-Key"?: string;
        };
        readonly path: {
          /** Id of a contract, `con_…`. */
          readonly contractId: string;
        };
        readonly cookie?: never;
      };
      readonly requestBody?: never;
      readonly responses: {
        /** Noted. */
        readonly 202: {
          readonly headers: {
            readonly "x-request-id": string;
            readonly "idempotency-replayed"?: string;
            readonly location: string;
          };
          readonly content: {
            readonly "application/json": components["schemas"]["Erasure"];
          };
        };
        readonly 400: components["responses"]["invalid_request-or-malformed_json"];
        readonly 401: components["responses"]["unauthorized"];
        readonly 403: components["responses"]["missing_scope"];
        readonly 404: components["responses"]["not_found"];
        readonly 409: components["responses"]["request_in_progress-or-contract_not_over-or-legal_hold"];
        readonly 413: components["responses"]["body_too_large"];
        readonly 415: components["responses"]["unsupported_media_type"];
        readonly 422: components["responses"]["idempotency_key_reused"];
        readonly 429: components["responses"]["rate_limited"];
        readonly 500: components["responses"]["internal"];
        readonly 503: components["responses"]["gateway_503"];
      };
    };
  };
  readonly "/v1/contracts/{contractId}/connect-sessions": {
    /**
     * Make a link with which the driver connects the car
     *
     * Needs the scope `contracts:write`.
     */
    readonly post: {
      readonly parameters: {
        readonly query?: never;
        readonly header?: {
          /** Any text of your own, 1 to 255 printable ASCII characters (spaces too, no quote or backslash), another one for each thing you want done. Sent again with the same request, it gets the answer that the first one got, for a day. */
          readonly "Idempotency-Key"?: string;
        };
        readonly path: {
          /** Id of a contract, `con_…`. */
          readonly contractId: string;
        };
        readonly cookie?: never;
      };
      readonly requestBody?: {
        readonly content: {
          readonly "application/json": components["schemas"]["NewConnectSession"];
        };
      };
      readonly responses: {
        /** The link. */
        readonly 201: {
          readonly headers: {
            readonly "x-request-id": string;
            readonly "idempotency-replayed"?: string;
          };
          readonly content: {
            readonly "application/json": components["schemas"]["ConnectSession"];
          };
        };
        readonly 400: components["responses"]["invalid_request-or-malformed_json"];
        readonly 401: components["responses"]["unauthorized"];
        readonly 403: components["responses"]["missing_scope"];
        readonly 404: components["responses"]["not_found"];
        readonly 409: components["responses"]["request_in_progress-or-contract_over"];
        readonly 413: components["responses"]["body_too_large"];
        readonly 415: components["responses"]["unsupported_media_type"];
        readonly 422: components["responses"]["idempotency_key_reused"];
        readonly 429: components["responses"]["rate_limited"];
        readonly 500: components["responses"]["internal"];
        readonly 503: components["responses"]["gateway_503"];
      };
    };
  };
  readonly "/v1/contracts/{contractId}/connection": {
    /**
     * Get the connection of a contract
     *
     * The one that is read from; before there is one, how the newest authorization ended. 404 while no driver has logged in.
     *
     * Needs the scope `contracts:read`.
     */
    readonly get: {
      readonly parameters: {
        readonly query?: never;
        readonly header?: {
          /** The `etag` of the answer you have: 304 when it is still the answer. */
          readonly "If-None-Match"?: string;
        };
        readonly path: {
          /** Id of a contract, `con_…`. */
          readonly contractId: string;
        };
        readonly cookie?: never;
      };
      readonly requestBody?: never;
      readonly responses: {
        /** The connection. */
        readonly 200: {
          readonly headers: {
            readonly "x-request-id": string;
            readonly etag: string;
          };
          readonly content: {
            readonly "application/json": components["schemas"]["Connection"];
          };
        };
        /** What you have is still the answer. */
        readonly 304: {
          readonly headers: {
            readonly "x-request-id": string;
            readonly etag: string;
          };
          readonly content?: never;
        };
        readonly 400: components["responses"]["invalid_request"];
        readonly 401: components["responses"]["unauthorized"];
        readonly 403: components["responses"]["missing_scope"];
        readonly 404: components["responses"]["not_found"];
        readonly 429: components["responses"]["rate_limited"];
        readonly 500: components["responses"]["internal"];
        readonly 503: components["responses"]["gateway_503"];
      };
    };
    /**
     * End the connection, as its driver could
     *
     * No reading is taken from then on, of a login under way neither; periods that no earlier reading closes end without one, because of `consent_withdrawn`. Within minutes our access at the maker is ended, unless another contract has the car, and the tokens are gone. To read the car again takes a new link. Repeating it changes nothing.
     *
     * Needs the scope `connections:withdraw`.
     */
    readonly delete: {
      readonly parameters: {
        readonly query?: never;
        readonly header?: never;
        readonly path: {
          /** Id of a contract, `con_…`. */
          readonly contractId: string;
        };
        readonly cookie?: never;
      };
      readonly requestBody?: never;
      readonly responses: {
        /** The consent has ended; the rest follows. */
        readonly 202: {
          readonly headers: {
            readonly "x-request-id": string;
          };
          readonly content: {
            readonly "application/json": components["schemas"]["Connection"];
          };
        };
        readonly 400: components["responses"]["invalid_request"];
        readonly 401: components["responses"]["unauthorized"];
        readonly 403: components["responses"]["missing_scope"];
        readonly 404: components["responses"]["not_found"];
        readonly 429: components["responses"]["rate_limited"];
        readonly 500: components["responses"]["internal"];
        readonly 503: components["responses"]["gateway_503"];
      };
    };
  };
  readonly "/v1/contracts/{contractId}/readings": {
    /**
     * List the readings of a contract, newest first
     *
     * By the instant at which the car measured. A reading never changes; statements say which ones they rest on.
     *
     * Needs the scope `contracts:read`.
     */
    readonly get: {
      readonly parameters: {
        readonly query?: {
          /** Items on a page. A whole number from 1 to 100. */
          readonly limit?: number;
          /** The `next` of the page before. */
          readonly cursor?: string;
        };
        readonly header?: {
          /** The `etag` of the answer you have: 304 when it is still the answer. */
          readonly "If-None-Match"?: string;
        };
        readonly path: {
          /** Id of a contract, `con_…`. */
          readonly contractId: string;
        };
        readonly cookie?: never;
      };
      readonly requestBody?: never;
      readonly responses: {
        /** A page of readings. */
        readonly 200: {
          readonly headers: {
            readonly "x-request-id": string;
            readonly etag: string;
          };
          readonly content: {
            readonly "application/json": {
              readonly items: readonly (components["schemas"]["Reading"])[];
              /** Cursor of the next page; null on the last one. */
              readonly next: string | null;
            };
          };
        };
        /** What you have is still the answer. */
        readonly 304: {
          readonly headers: {
            readonly "x-request-id": string;
            readonly etag: string;
          };
          readonly content?: never;
        };
        readonly 400: components["responses"]["invalid_request"];
        readonly 401: components["responses"]["unauthorized"];
        readonly 403: components["responses"]["missing_scope"];
        readonly 404: components["responses"]["not_found"];
        readonly 429: components["responses"]["rate_limited"];
        readonly 500: components["responses"]["internal"];
        readonly 503: components["responses"]["gateway_503"];
      };
    };
    /**
     * Ask for a reading now
     *
     * The car is asked once, within minutes, over the allowance that monthly readings use as well; the answer is `readingRequest` of the contract, and the events `reading.recorded` or `period.asleep`. A request that comes while one waits, or while the car is about to be asked anyway, joins it. Once every 15 minutes for each contract.
     *
     * Needs the scope `readings:request`.
     */
    readonly post: {
      readonly parameters: {
        readonly query?: never;
        readonly header?: {
          /** Any text of your own, 1 to 255 printable ASCII characters (spaces too, no quote or backslash), another one for each thing you want done. Sent again with the same request, it gets the answer that the first one got, for a day. */
          readonly "Idempotency-Key"?: string;
        };
        readonly path: {
          /** Id of a contract, `con_…`. */
          readonly contractId: string;
        };
        readonly cookie?: never;
      };
      readonly requestBody?: never;
      readonly responses: {
        /** Noted; this is what is expected. */
        readonly 202: {
          readonly headers: {
            readonly "x-request-id": string;
            readonly "idempotency-replayed"?: string;
            readonly location: string;
          };
          readonly content: {
            readonly "application/json": components["schemas"]["ReadingRequest"];
          };
        };
        readonly 400: components["responses"]["invalid_request-or-malformed_json"];
        readonly 401: components["responses"]["unauthorized"];
        readonly 403: components["responses"]["missing_scope"];
        readonly 404: components["responses"]["not_found"];
        readonly 409: components["responses"]["request_in_progress-or-not_connected-or-contract_not_begun-or-contract_over"];
        readonly 413: components["responses"]["body_too_large"];
        readonly 415: components["responses"]["unsupported_media_type"];
        readonly 422: components["responses"]["idempotency_key_reused"];
        readonly 429: components["responses"]["rate_limited-or-asked_recently"];
        readonly 500: components["responses"]["internal"];
        readonly 503: components["responses"]["gateway_503"];
      };
    };
  };
  readonly "/v1/contracts/{contractId}/odometer-events": {
    /**
     * List what was declared of the odometer, newest first
     *
     * By the instant at which it was so. What was declared never changes.
     *
     * Needs the scope `contracts:read`.
     */
    readonly get: {
      readonly parameters: {
        readonly query?: {
          /** Items on a page. A whole number from 1 to 100. */
          readonly limit?: number;
          /** The `next` of the page before. */
          readonly cursor?: string;
        };
        readonly header?: {
          /** The `etag` of the answer you have: 304 when it is still the answer. */
          readonly "If-None-Match"?: string;
        };
        readonly path: {
          /** Id of a contract, `con_…`. */
          readonly contractId: string;
        };
        readonly cookie?: never;
      };
      readonly requestBody?: never;
      readonly responses: {
        /** A page of odometer events. */
        readonly 200: {
          readonly headers: {
            readonly "x-request-id": string;
            readonly etag: string;
          };
          readonly content: {
            readonly "application/json": {
              readonly items: readonly (components["schemas"]["OdometerEvent"])[];
              /** Cursor of the next page; null on the last one. */
              readonly next: string | null;
            };
          };
        };
        /** What you have is still the answer. */
        readonly 304: {
          readonly headers: {
            readonly "x-request-id": string;
            readonly etag: string;
          };
          readonly content?: never;
        };
        readonly 400: components["responses"]["invalid_request"];
        readonly 401: components["responses"]["unauthorized"];
        readonly 403: components["responses"]["missing_scope"];
        readonly 404: components["responses"]["not_found"];
        readonly 429: components["responses"]["rate_limited"];
        readonly 500: components["responses"]["internal"];
        readonly 503: components["responses"]["gateway_503"];
      };
    };
    /**
     * Declare a replaced odometer, or what somebody read off it
     *
     * Over a replacement the distance counts on, and the statement says `no_judgement`, because nobody else confirms it. It counts in statements that are still to come: declare it before its month is stated, or have the attestation stated again. What was read off the dashboard is kept and listed as evidence; it closes no month and no figure rests on it. Neither can be changed. At most 100 a contract, and one replacement at a time that no statement has told.
     *
     * Needs the scope `odometer:declare`.
     */
    readonly post: {
      readonly parameters: {
        readonly query?: never;
        readonly header?: {
          /** Any text of your own, 1 to 255 printable ASCII characters (spaces too, no quote or backslash), another one for each thing you want done. Sent again with the same request, it gets the answer that the first one got, for a day. */
          readonly "Idempotency-Key"?: string;
        };
        readonly path: {
          /** Id of a contract, `con_…`. */
          readonly contractId: string;
        };
        readonly cookie?: never;
      };
      readonly requestBody: {
        readonly content: {
          readonly "application/json": components["schemas"]["NewOdometerEvent"];
        };
      };
      readonly responses: {
        /** Declared. */
        readonly 201: {
          readonly headers: {
            readonly "x-request-id": string;
            readonly "idempotency-replayed"?: string;
            readonly location: string;
          };
          readonly content: {
            readonly "application/json": components["schemas"]["OdometerEvent"];
          };
        };
        readonly 400: components["responses"]["invalid_request-or-malformed_json"];
        readonly 401: components["responses"]["unauthorized"];
        readonly 403: components["responses"]["missing_scope"];
        readonly 404: components["responses"]["not_found"];
        readonly 409: components["responses"]["request_in_progress-or-contract_erased-or-replacement_waits-or-too_many_odometer_events"];
        readonly 413: components["responses"]["body_too_large"];
        readonly 415: components["responses"]["unsupported_media_type"];
        readonly 422: components["responses"]["idempotency_key_reused"];
        readonly 429: components["responses"]["rate_limited"];
        readonly 500: components["responses"]["internal"];
        readonly 503: components["responses"]["gateway_503"];
      };
    };
  };
  readonly "/v1/contracts/{contractId}/mileage": {
    /**
     * How far the car went between two days
     *
     * From the readings as they are now, by the rules of the statements. Statements are fixed when they are signed: a reading that comes late may make a difference here. A contract whose allowance has a `group` is told what all contracts of the group have used together, which takes longer: give a `from` where you do not need it.
     *
     * Needs the scope `contracts:read`.
     */
    readonly get: {
      readonly parameters: {
        readonly query?: {
          /** First day, in the contract’s zone; left out, the contract’s first. It may be one that no reading has reached yet: then nothing is known so far. A day, YYYY-MM-DD, from 2000-01-01 to 2099-12-31. */
          readonly from?: string;
          /** First day after, in the contract’s zone; left out, up to the newest reading, or the contract’s end. A day, YYYY-MM-DD, from 2000-01-01 to 2099-12-31. */
          readonly to?: string;
          /** What `shown` is written in. */
          readonly unit?: "km" | "mi";
        };
        readonly header?: {
          /** The `etag` of the answer you have: 304 when it is still the answer. */
          readonly "If-None-Match"?: string;
        };
        readonly path: {
          /** Id of a contract, `con_…`. */
          readonly contractId: string;
        };
        readonly cookie?: never;
      };
      readonly requestBody?: never;
      readonly responses: {
        /** What is known. */
        readonly 200: {
          readonly headers: {
            readonly "x-request-id": string;
            readonly etag: string;
          };
          readonly content: {
            readonly "application/json": components["schemas"]["Mileage"];
          };
        };
        /** What you have is still the answer. */
        readonly 304: {
          readonly headers: {
            readonly "x-request-id": string;
            readonly etag: string;
          };
          readonly content?: never;
        };
        readonly 400: components["responses"]["invalid_request"];
        readonly 401: components["responses"]["unauthorized"];
        readonly 403: components["responses"]["missing_scope"];
        readonly 404: components["responses"]["not_found"];
        readonly 429: components["responses"]["rate_limited"];
        readonly 500: components["responses"]["internal"];
        readonly 503: components["responses"]["gateway_503"];
      };
    };
  };
  readonly "/v1/contracts/{contractId}/attestations": {
    /**
     * List the attestations of a contract, newest first
     *
     * Needs the scope `attestations:read`.
     */
    readonly get: {
      readonly parameters: {
        readonly query?: {
          /** Items on a page. A whole number from 1 to 100. */
          readonly limit?: number;
          /** The `next` of the page before. */
          readonly cursor?: string;
        };
        readonly header?: {
          /** The `etag` of the answer you have: 304 when it is still the answer. */
          readonly "If-None-Match"?: string;
        };
        readonly path: {
          /** Id of a contract, `con_…`. */
          readonly contractId: string;
        };
        readonly cookie?: never;
      };
      readonly requestBody?: never;
      readonly responses: {
        /** A page of attestations. */
        readonly 200: {
          readonly headers: {
            readonly "x-request-id": string;
            readonly etag: string;
          };
          readonly content: {
            readonly "application/json": {
              readonly items: readonly (components["schemas"]["Attestation"])[];
              /** Cursor of the next page; null on the last one. */
              readonly next: string | null;
            };
          };
        };
        /** What you have is still the answer. */
        readonly 304: {
          readonly headers: {
            readonly "x-request-id": string;
            readonly etag: string;
          };
          readonly content?: never;
        };
        readonly 400: components["responses"]["invalid_request"];
        readonly 401: components["responses"]["unauthorized"];
        readonly 403: components["responses"]["missing_scope"];
        readonly 404: components["responses"]["not_found"];
        readonly 429: components["responses"]["rate_limited"];
        readonly 500: components["responses"]["internal"];
        readonly 503: components["responses"]["gateway_503"];
      };
    };
  };
  readonly "/v1/attestations": {
    /**
     * List the attestations of one month across contracts
     *
     * What was stated of this month, newest contract first: each contract has its own zone and offset day, and the month is the one that begins with `period` there. A page looks at `limit` contracts: it may hold fewer attestations, or none, and have a `next` all the same. `GET /v1/runs/{period}` has those that are not stated yet.
     *
     * Needs the scope `attestations:read`.
     */
    readonly get: {
      readonly parameters: {
        readonly query: {
          /** Items on a page. A whole number from 1 to 100. */
          readonly limit?: number;
          /** The `next` of the page before. */
          readonly cursor?: string;
          /** The month in which the period begins, `YYYY-MM`. A month, YYYY-MM, from 2000-01 to 2099-12. */
          readonly period: string;
        };
        readonly header?: {
          /** The `etag` of the answer you have: 304 when it is still the answer. */
          readonly "If-None-Match"?: string;
        };
        readonly path?: never;
        readonly cookie?: never;
      };
      readonly requestBody?: never;
      readonly responses: {
        /** A page of attestations. */
        readonly 200: {
          readonly headers: {
            readonly "x-request-id": string;
            readonly etag: string;
          };
          readonly content: {
            readonly "application/json": {
              readonly items: readonly (components["schemas"]["Attestation"])[];
              /** Cursor of the next page; null on the last one. */
              readonly next: string | null;
            };
          };
        };
        /** What you have is still the answer. */
        readonly 304: {
          readonly headers: {
            readonly "x-request-id": string;
            readonly etag: string;
          };
          readonly content?: never;
        };
        readonly 400: components["responses"]["invalid_request"];
        readonly 401: components["responses"]["unauthorized"];
        readonly 403: components["responses"]["missing_scope"];
        readonly 429: components["responses"]["rate_limited"];
        readonly 500: components["responses"]["internal"];
        readonly 503: components["responses"]["gateway_503"];
      };
    };
  };
  readonly "/v1/attestations/{attestationId}": {
    /**
     * Get an attestation as JSON or as SD-JWT
     *
     * The `Accept` header chooses: `application/json`, or `application/sd-jwt` for the form that others verify offline.
     *
     * Needs the scope `attestations:read`.
     */
    readonly get: {
      readonly parameters: {
        readonly query?: never;
        readonly header?: {
          /** The `etag` of the answer you have: 304 when it is still the answer. */
          readonly "If-None-Match"?: string;
        };
        readonly path: {
          /** Id of an attestation, `att_…`. */
          readonly attestationId: string;
        };
        readonly cookie?: never;
      };
      readonly requestBody?: never;
      readonly responses: {
        /** The attestation. As JSON its bytes never change. As SD-JWT it has fewer disclosures once its contract is erased; what is signed, up to the first `~`, never changes. */
        readonly 200: {
          readonly headers: {
            readonly "x-request-id": string;
            readonly etag: string;
            readonly "cache-control": string;
            readonly vary: string;
          };
          readonly content: {
            readonly "application/json": components["schemas"]["Attestation"];
            readonly "application/sd-jwt": string;
          };
        };
        /** What you have is still the answer. */
        readonly 304: {
          readonly headers: {
            readonly "x-request-id": string;
            readonly etag: string;
            readonly "cache-control": string;
            readonly vary: string;
          };
          readonly content?: never;
        };
        readonly 400: components["responses"]["invalid_request"];
        readonly 401: components["responses"]["unauthorized"];
        readonly 403: components["responses"]["missing_scope"];
        readonly 404: components["responses"]["not_found"];
        readonly 406: components["responses"]["not_acceptable"];
        readonly 429: components["responses"]["rate_limited"];
        readonly 500: components["responses"]["internal"];
        readonly 503: components["responses"]["gateway_503"];
      };
    };
  };
  readonly "/v1/attestations/{attestationId}/presentation": {
    /**
     * Present an attestation with chosen claims withheld
     *
     * The statement as SD-JWT, for a reader who need not know everything: what is withheld is left out, and the rest verifies as before. The reader sees that something is withheld, not what. Period, figures and verdict are always shown. Nothing is kept of it.
     *
     * Needs the scope `attestations:read`.
     */
    readonly post: {
      readonly parameters: {
        readonly query?: never;
        readonly header?: never;
        readonly path: {
          /** Id of an attestation, `att_…`. */
          readonly attestationId: string;
        };
        readonly cookie?: never;
      };
      readonly requestBody: {
        readonly content: {
          readonly "application/json": components["schemas"]["NewPresentation"];
        };
      };
      readonly responses: {
        /** The presentation. */
        readonly 200: {
          readonly headers: {
            readonly "x-request-id": string;
          };
          readonly content: {
            readonly "application/sd-jwt": string;
          };
        };
        readonly 400: components["responses"]["invalid_request-or-malformed_json"];
        readonly 401: components["responses"]["unauthorized"];
        readonly 403: components["responses"]["missing_scope"];
        readonly 404: components["responses"]["not_found"];
        readonly 413: components["responses"]["body_too_large"];
        readonly 415: components["responses"]["unsupported_media_type"];
        readonly 429: components["responses"]["rate_limited"];
        readonly 500: components["responses"]["internal"];
        readonly 503: components["responses"]["gateway_503"];
      };
    };
  };
  readonly "/v1/attestations/{attestationId}/replace": {
    /**
     * Have an attestation stated again with what is known now
     *
     * With every reading and declaration that there is by now. The new attestation has a number of its own and names the one whose place it takes; so do those of later months that open where this one closes, if that moves. The old ones stay as they were signed, and their status says `superseded`. Within minutes; `replacementRequest` of the contract has the answer, and each new attestation is an event `attestation.replaced`. Nothing is stated again where it would say the same. One request waits at a time.
     *
     * Needs the scope `attestations:replace`.
     */
    readonly post: {
      readonly parameters: {
        readonly query?: never;
        readonly header?: {
          /** Any text of your own, 1 to 255 printable ASCII characters (spaces too, no quote or backslash), another one for each thing you want done. Sent again with the same request, it gets the answer that the first one got, for a day. */
          readonly "Idempotency-Key"?: string;
        };
        readonly path: {
          /** Id of an attestation that is in force, `att_…`. */
          readonly attestationId: string;
        };
        readonly cookie?: never;
      };
      readonly requestBody: {
        readonly content: {
          readonly "application/json": components["schemas"]["NewReplacement"];
        };
      };
      readonly responses: {
        /** Noted. */
        readonly 202: {
          readonly headers: {
            readonly "x-request-id": string;
            readonly "idempotency-replayed"?: string;
            readonly location: string;
          };
          readonly content: {
            readonly "application/json": components["schemas"]["ReplacementRequest"];
          };
        };
        readonly 400: components["responses"]["invalid_request-or-malformed_json"];
        readonly 401: components["responses"]["unauthorized"];
        readonly 403: components["responses"]["missing_scope"];
        readonly 404: components["responses"]["not_found"];
        readonly 409: components["responses"]["request_in_progress-or-attestation_replaced-or-replacement_requested-or-contract_erased"];
        readonly 413: components["responses"]["body_too_large"];
        readonly 415: components["responses"]["unsupported_media_type"];
        readonly 422: components["responses"]["idempotency_key_reused"];
        readonly 429: components["responses"]["rate_limited"];
        readonly 500: components["responses"]["internal"];
        readonly 503: components["responses"]["gateway_503"];
      };
    };
  };
  readonly "/v1/runs/{period}": {
    /**
     * See how a month stands, as JSON or as CSV
     *
     * A run is all contracts that have this month, newest first, and where each stands, while it happens and after. A page looks at `limit` contracts: it may hold fewer, or none, and have a `next` all the same. The counts of the run at this moment are the sums of those of its pages; `totals` are those of the last count. The `Accept` header chooses: `application/json`, or `text/csv` with a header line on every page, and the next page in `Link`; what a program could take for a formula, at the start of a cell or behind `;`, `|`, a quotation mark, a tab or a line break in it, has an apostrophe before it. A contract that was just made may take a moment to appear.
     *
     * Needs the scope `attestations:read`.
     */
    readonly get: {
      readonly parameters: {
        readonly query?: {
          /** Items on a page. A whole number from 1 to 100. */
          readonly limit?: number;
          /** The `next` of the page before. */
          readonly cursor?: string;
          /** Show these alone. */
          readonly status?: "upcoming" | "running" | "due" | "read" | "asleep" | "waiting_for_driver" | "failed" | "attested" | "no_reading";
        };
        readonly header?: {
          /** The `etag` of the answer you have: 304 when it is still the answer. */
          readonly "If-None-Match"?: string;
        };
        readonly path: {
          /** The month in which the period begins, `YYYY-MM`. A month, YYYY-MM, from 2000-01 to 2099-12. */
          readonly period: string;
        };
        readonly cookie?: never;
      };
      readonly requestBody?: never;
      readonly responses: {
        /** A page of the run. */
        readonly 200: {
          readonly headers: {
            readonly "x-request-id": string;
            readonly etag: string;
            readonly vary: string;
            readonly link?: string;
          };
          readonly content: {
            readonly "application/json": components["schemas"]["RunPage"];
            readonly "text/csv": string;
          };
        };
        /** What you have is still the answer. */
        readonly 304: {
          readonly headers: {
            readonly "x-request-id": string;
            readonly etag: string;
            readonly vary: string;
            readonly link?: string;
          };
          readonly content?: never;
        };
        readonly 400: components["responses"]["invalid_request"];
        readonly 401: components["responses"]["unauthorized"];
        readonly 403: components["responses"]["missing_scope"];
        readonly 404: components["responses"]["not_found"];
        readonly 406: components["responses"]["not_acceptable"];
        readonly 429: components["responses"]["rate_limited"];
        readonly 500: components["responses"]["internal"];
        readonly 503: components["responses"]["gateway_503"];
      };
    };
  };
  readonly "/v1/events": {
    /**
     * List what happened in the last 30 days, oldest first
     *
     * In the order in which it was told, which need not be the order in which it happened; the newest appear after 20 seconds. An event may come twice, under one id.
     *
     * Needs the scope `events:read`.
     */
    readonly get: {
      readonly parameters: {
        readonly query?: {
          /** Items on a page. A whole number from 1 to 100. */
          readonly limit?: number;
          /** The `next` of the page before. */
          readonly cursor?: string;
        };
        readonly header?: {
          /** The `etag` of the answer you have: 304 when it is still the answer. */
          readonly "If-None-Match"?: string;
        };
        readonly path?: never;
        readonly cookie?: never;
      };
      readonly requestBody?: never;
      readonly responses: {
        /** A page of events. */
        readonly 200: {
          readonly headers: {
            readonly "x-request-id": string;
            readonly etag: string;
          };
          readonly content: {
            readonly "application/json": {
              readonly items: readonly (components["schemas"]["Event"])[];
              /** Cursor of what comes after these, also when nothing does yet: keep it, and ask again with it. null: nothing was told so far. */
              readonly next: string | null;
              /** Whether there is more already. */
              readonly more: boolean;
            };
          };
        };
        /** What you have is still the answer. */
        readonly 304: {
          readonly headers: {
            readonly "x-request-id": string;
            readonly etag: string;
          };
          readonly content?: never;
        };
        readonly 400: components["responses"]["invalid_request"];
        readonly 401: components["responses"]["unauthorized"];
        readonly 403: components["responses"]["missing_scope"];
        readonly 429: components["responses"]["rate_limited"];
        readonly 500: components["responses"]["internal"];
        readonly 503: components["responses"]["gateway_503"];
      };
    };
  };
  readonly "/v1/me": {
    /**
     * Get who you are: your tenant, and the key you ask with
     *
     * Any key may ask this.
     */
    readonly get: {
      readonly parameters: {
        readonly query?: never;
        readonly header?: {
          /** The `etag` of the answer you have: 304 when it is still the answer. */
          readonly "If-None-Match"?: string;
        };
        readonly path?: never;
        readonly cookie?: never;
      };
      readonly requestBody?: never;
      readonly responses: {
        /** You. */
        readonly 200: {
          readonly headers: {
            readonly "x-request-id": string;
            readonly etag: string;
          };
          readonly content: {
            readonly "application/json": components["schemas"]["Me"];
          };
        };
        /** What you have is still the answer. */
        readonly 304: {
          readonly headers: {
            readonly "x-request-id": string;
            readonly etag: string;
          };
          readonly content?: never;
        };
        readonly 400: components["responses"]["invalid_request"];
        readonly 401: components["responses"]["unauthorized"];
        readonly 429: components["responses"]["rate_limited"];
        readonly 500: components["responses"]["internal"];
        readonly 503: components["responses"]["gateway_503"];
      };
    };
  };
  readonly "/v1/api-keys": {
    /**
     * Create an API key
     *
     * Keep the secret of the answer. A key can be given no scope that the key you ask with does not have, and no longer life. To replace a key, make another, use it, and revoke the first.
     *
     * Needs the scope `api-keys:manage`.
     */
    readonly post: {
      readonly parameters: {
        readonly query?: never;
        readonly header?: {
          /** Any text of your own, 1 to 255 printable ASCII characters (spaces too, no quote or backslash), another one for each thing you want done. Sent again with the same request, it gets the answer that the first one got, for a day. */
          readonly "Idempotency-Key"?: string;
        };
        readonly path?: never;
        readonly cookie?: never;
      };
      readonly requestBody: {
        readonly content: {
          readonly "application/json": components["schemas"]["NewApiKey"];
        };
      };
      readonly responses: {
        /** Created. */
        readonly 201: {
          readonly headers: {
            readonly "x-request-id": string;
            readonly "idempotency-replayed"?: string;
          };
          readonly content: {
            readonly "application/json": components["schemas"]["ApiKeyWithSecret"];
          };
        };
        readonly 400: components["responses"]["invalid_request-or-malformed_json"];
        readonly 401: components["responses"]["unauthorized"];
        readonly 403: components["responses"]["missing_scope"];
        readonly 409: components["responses"]["request_in_progress"];
        readonly 413: components["responses"]["body_too_large"];
        readonly 415: components["responses"]["unsupported_media_type"];
        readonly 422: components["responses"]["idempotency_key_reused"];
        readonly 429: components["responses"]["rate_limited"];
        readonly 500: components["responses"]["internal"];
        readonly 503: components["responses"]["gateway_503"];
      };
    };
    /**
     * List API keys, newest first
     *
     * Also those that expired or were revoked, and those that the operator made. What was just changed may take a moment to appear.
     *
     * Needs the scope `api-keys:manage`.
     */
    readonly get: {
      readonly parameters: {
        readonly query?: {
          /** Items on a page. A whole number from 1 to 100. */
          readonly limit?: number;
          /** The `next` of the page before. */
          readonly cursor?: string;
        };
        readonly header?: {
          /** The `etag` of the answer you have: 304 when it is still the answer. */
          readonly "If-None-Match"?: string;
        };
        readonly path?: never;
        readonly cookie?: never;
      };
      readonly requestBody?: never;
      readonly responses: {
        /** A page of API keys, without their secrets. */
        readonly 200: {
          readonly headers: {
            readonly "x-request-id": string;
            readonly etag: string;
          };
          readonly content: {
            readonly "application/json": {
              readonly items: readonly (components["schemas"]["ApiKey"])[];
              /** Cursor of the next page; null on the last one. */
              readonly next: string | null;
            };
          };
        };
        /** What you have is still the answer. */
        readonly 304: {
          readonly headers: {
            readonly "x-request-id": string;
            readonly etag: string;
          };
          readonly content?: never;
        };
        readonly 400: components["responses"]["invalid_request"];
        readonly 401: components["responses"]["unauthorized"];
        readonly 403: components["responses"]["missing_scope"];
        readonly 429: components["responses"]["rate_limited"];
        readonly 500: components["responses"]["internal"];
        readonly 503: components["responses"]["gateway_503"];
      };
    };
  };
  readonly "/v1/api-keys/{keyId}": {
    /**
     * Revoke an API key
     *
     * It works for at most 60 seconds more, and never again. A key may revoke itself, and others that have none but its own scopes; for any other, `missing_scope` names what it lacks. Keys that were made with the revoked one stay as they are: `createdBy` names them. Repeating it changes nothing.
     *
     * Needs the scope `api-keys:manage`.
     */
    readonly delete: {
      readonly parameters: {
        readonly query?: never;
        readonly header?: never;
        readonly path: {
          /** Id of an API key, `key_…`. */
          readonly keyId: string;
        };
        readonly cookie?: never;
      };
      readonly requestBody?: never;
      readonly responses: {
        /** Revoked. */
        readonly 204: {
          readonly headers: {
            readonly "x-request-id": string;
          };
          readonly content?: never;
        };
        readonly 400: components["responses"]["invalid_request"];
        readonly 401: components["responses"]["unauthorized"];
        readonly 403: components["responses"]["missing_scope"];
        readonly 404: components["responses"]["not_found"];
        readonly 429: components["responses"]["rate_limited"];
        readonly 500: components["responses"]["internal"];
        readonly 503: components["responses"]["gateway_503"];
      };
    };
  };
  readonly "/v1/compatibility": {
    /**
     * Ask whether a car can be connected, before its driver is invited
     *
     * Takes from the calls that readings share, while more than half of them are left. `vehicle_platform_busy` says in `retry-after` after how many seconds to ask again at the soonest.
     *
     * Needs the scope `contracts:read`.
     */
    readonly get: {
      readonly parameters: {
        readonly query: {
          /** Stands in no answer and in no log of ours; mind your own. A VIN: 17 letters and digits, without I, O and Q. */
          readonly vin: string;
          /** Where the car is connected, ISO 3166-1 alpha-2. A country, two capital letters (ISO 3166-1), e.g. NL. */
          readonly country: string;
        };
        readonly header?: {
          /** The `etag` of the answer you have: 304 when it is still the answer. */
          readonly "If-None-Match"?: string;
        };
        readonly path?: never;
        readonly cookie?: never;
      };
      readonly requestBody?: never;
      readonly responses: {
        /** What is known. */
        readonly 200: {
          readonly headers: {
            readonly "x-request-id": string;
            readonly etag: string;
          };
          readonly content: {
            readonly "application/json": components["schemas"]["Compatibility"];
          };
        };
        /** What you have is still the answer. */
        readonly 304: {
          readonly headers: {
            readonly "x-request-id": string;
            readonly etag: string;
          };
          readonly content?: never;
        };
        readonly 400: components["responses"]["invalid_request"];
        readonly 401: components["responses"]["unauthorized"];
        readonly 403: components["responses"]["missing_scope"];
        readonly 429: components["responses"]["rate_limited"];
        readonly 500: components["responses"]["internal"];
        readonly 503: components["responses"]["vehicle_platform_busy"];
      };
    };
  };
  readonly "/v1/brands": {
    /**
     * List the brands that can be connected
     *
     * Needs the scope `contracts:read`.
     */
    readonly get: {
      readonly parameters: {
        readonly query?: never;
        readonly header?: {
          /** The `etag` of the answer you have: 304 when it is still the answer. */
          readonly "If-None-Match"?: string;
        };
        readonly path?: never;
        readonly cookie?: never;
      };
      readonly requestBody?: never;
      readonly responses: {
        /** All of them. */
        readonly 200: {
          readonly headers: {
            readonly "x-request-id": string;
            readonly etag: string;
          };
          readonly content: {
            readonly "application/json": {
              readonly items: readonly (components["schemas"]["Brand"])[];
            };
          };
        };
        /** What you have is still the answer. */
        readonly 304: {
          readonly headers: {
            readonly "x-request-id": string;
            readonly etag: string;
          };
          readonly content?: never;
        };
        readonly 400: components["responses"]["invalid_request"];
        readonly 401: components["responses"]["unauthorized"];
        readonly 403: components["responses"]["missing_scope"];
        readonly 429: components["responses"]["rate_limited"];
        readonly 500: components["responses"]["internal"];
        readonly 503: components["responses"]["gateway_503"];
      };
    };
  };
  readonly "/v1/webhook-endpoints": {
    /**
     * Create a webhook endpoint
     *
     * Keep the secret of the answer: with it, and any library for Standard Webhooks, your server verifies what it is sent. A tenant may have 16.
     *
     * Each event is a POST with the headers `webhook-id` (the event’s, the same at every attempt), `webhook-timestamp` and `webhook-signature`, and a body of `type`, `timestamp`, `sequence` and `data`: ids alone, ask for the rest. Answer 2xx within 15 seconds. Otherwise it is tried ten times within 75 h 35 min; 410 disables the endpoint at once, five days in which nothing arrives do so too. Events come at least once and in no order: drop a `webhook-id` that you know; `sequence` counts the deliveries of the endpoint.
     *
     * Needs the scope `webhooks:write`.
     */
    readonly post: {
      readonly parameters: {
        readonly query?: never;
        readonly header?: {
          /** Any text of your own, 1 to 255 printable ASCII characters (spaces too, no quote or backslash), another one for each thing you want done. Sent again with the same request, it gets the answer that the first one got, for a day. */
          readonly "Idempotency-Key"?: string;
        };
        readonly path?: never;
        readonly cookie?: never;
      };
      readonly requestBody: {
        readonly content: {
          readonly "application/json": components["schemas"]["NewWebhookEndpoint"];
        };
      };
      readonly responses: {
        /** Created. */
        readonly 201: {
          readonly headers: {
            readonly "x-request-id": string;
            readonly "idempotency-replayed"?: string;
            readonly location: string;
          };
          readonly content: {
            readonly "application/json": components["schemas"]["WebhookEndpointWithSecret"];
          };
        };
        readonly 400: components["responses"]["invalid_request-or-malformed_json"];
        readonly 401: components["responses"]["unauthorized"];
        readonly 403: components["responses"]["missing_scope"];
        readonly 409: components["responses"]["request_in_progress-or-too_many_webhook_endpoints"];
        readonly 413: components["responses"]["body_too_large"];
        readonly 415: components["responses"]["unsupported_media_type"];
        readonly 422: components["responses"]["idempotency_key_reused"];
        readonly 429: components["responses"]["rate_limited"];
        readonly 500: components["responses"]["internal"];
        readonly 503: components["responses"]["gateway_503"];
      };
    };
    /**
     * List the webhook endpoints, newest first
     *
     * Needs the scope `webhooks:read`.
     */
    readonly get: {
      readonly parameters: {
        readonly query?: never;
        readonly header?: {
          /** The `etag` of the answer you have: 304 when it is still the answer. */
          readonly "If-None-Match"?: string;
        };
        readonly path?: never;
        readonly cookie?: never;
      };
      readonly requestBody?: never;
      readonly responses: {
        /** All of them. */
        readonly 200: {
          readonly headers: {
            readonly "x-request-id": string;
            readonly etag: string;
          };
          readonly content: {
            readonly "application/json": {
              readonly items: readonly (components["schemas"]["WebhookEndpoint"])[];
            };
          };
        };
        /** What you have is still the answer. */
        readonly 304: {
          readonly headers: {
            readonly "x-request-id": string;
            readonly etag: string;
          };
          readonly content?: never;
        };
        readonly 400: components["responses"]["invalid_request"];
        readonly 401: components["responses"]["unauthorized"];
        readonly 403: components["responses"]["missing_scope"];
        readonly 429: components["responses"]["rate_limited"];
        readonly 500: components["responses"]["internal"];
        readonly 503: components["responses"]["gateway_503"];
      };
    };
  };
  readonly "/v1/webhook-endpoints/{endpointId}": {
    /**
     * Get a webhook endpoint
     *
     * Needs the scope `webhooks:read`.
     */
    readonly get: {
      readonly parameters: {
        readonly query?: never;
        readonly header?: {
          /** The `etag` of the answer you have: 304 when it is still the answer. */
          readonly "If-None-Match"?: string;
        };
        readonly path: {
          /** Id of a webhook endpoint, `whe_…`. */
          readonly endpointId: string;
        };
        readonly cookie?: never;
      };
      readonly requestBody?: never;
      readonly responses: {
        /** The endpoint. */
        readonly 200: {
          readonly headers: {
            readonly "x-request-id": string;
            readonly etag: string;
          };
          readonly content: {
            readonly "application/json": components["schemas"]["WebhookEndpoint"];
          };
        };
        /** What you have is still the answer. */
        readonly 304: {
          readonly headers: {
            readonly "x-request-id": string;
            readonly etag: string;
          };
          readonly content?: never;
        };
        readonly 400: components["responses"]["invalid_request"];
        readonly 401: components["responses"]["unauthorized"];
        readonly 403: components["responses"]["missing_scope"];
        readonly 404: components["responses"]["not_found"];
        readonly 429: components["responses"]["rate_limited"];
        readonly 500: components["responses"]["internal"];
        readonly 503: components["responses"]["gateway_503"];
      };
    };
    /**
     * Enable, disable or change a webhook endpoint
     *
     * Fields that are left out stay as they are. `If-Match` names the state that you mean to change: the `etag` of the endpoint as you read it. For another URL create another endpoint.
     *
     * Needs the scope `webhooks:write`.
     */
    readonly patch: {
      readonly parameters: {
        readonly query?: never;
        readonly header: {
          /** The `etag` of what you mean to change. */
          readonly "If-Match": string;
        };
        readonly path: {
          /** Id of a webhook endpoint, `whe_…`. */
          readonly endpointId: string;
        };
        readonly cookie?: never;
      };
      readonly requestBody?: {
        readonly content: {
          readonly "application/json": components["schemas"]["WebhookEndpointChange"];
        };
      };
      readonly responses: {
        /** The endpoint as it is now. */
        readonly 200: {
          readonly headers: {
            readonly "x-request-id": string;
            readonly etag: string;
          };
          readonly content: {
            readonly "application/json": components["schemas"]["WebhookEndpoint"];
          };
        };
        readonly 400: components["responses"]["invalid_request-or-malformed_json"];
        readonly 401: components["responses"]["unauthorized"];
        readonly 403: components["responses"]["missing_scope"];
        readonly 404: components["responses"]["not_found"];
        readonly 412: components["responses"]["precondition_failed"];
        readonly 413: components["responses"]["body_too_large"];
        readonly 415: components["responses"]["unsupported_media_type"];
        readonly 428: components["responses"]["precondition_required"];
        readonly 429: components["responses"]["rate_limited"];
        readonly 500: components["responses"]["internal"];
        readonly 503: components["responses"]["gateway_503"];
      };
    };
    /**
     * Delete a webhook endpoint
     *
     * Nothing more is sent to it, also nothing that was to be tried again; an attempt that is under way ends as it may.
     *
     * Needs the scope `webhooks:write`.
     */
    readonly delete: {
      readonly parameters: {
        readonly query?: never;
        readonly header?: never;
        readonly path: {
          /** Id of a webhook endpoint, `whe_…`. */
          readonly endpointId: string;
        };
        readonly cookie?: never;
      };
      readonly requestBody?: never;
      readonly responses: {
        /** Deleted. */
        readonly 204: {
          readonly headers: {
            readonly "x-request-id": string;
          };
          readonly content?: never;
        };
        readonly 400: components["responses"]["invalid_request"];
        readonly 401: components["responses"]["unauthorized"];
        readonly 403: components["responses"]["missing_scope"];
        readonly 404: components["responses"]["not_found"];
        readonly 429: components["responses"]["rate_limited"];
        readonly 500: components["responses"]["internal"];
        readonly 503: components["responses"]["gateway_503"];
      };
    };
  };
  readonly "/v1/webhook-endpoints/{endpointId}/rotate-secret": {
    /**
     * Make a new secret for a webhook endpoint
     *
     * For a day what is sent has a signature for each secret, so that your server may verify with the one or the other; five secrets at most.
     *
     * Needs the scope `webhooks:write`.
     */
    readonly post: {
      readonly parameters: {
        readonly query?: never;
        readonly header?: {
          /** Any text of your own, 1 to 255 printable ASCII characters (spaces too, no quote or backslash), another one for each thing you want done. Sent again with the same request, it gets the answer that the first one got, for a day. */
          readonly "Idempotency-Key"?: string;
        };
        readonly path: {
          /** Id of a webhook endpoint, `whe_…`. */
          readonly endpointId: string;
        };
        readonly cookie?: never;
      };
      readonly requestBody?: never;
      readonly responses: {
        /** The endpoint and its new secret. */
        readonly 200: {
          readonly headers: {
            readonly "x-request-id": string;
            readonly "idempotency-replayed"?: string;
          };
          readonly content: {
            readonly "application/json": components["schemas"]["WebhookEndpointWithSecret"];
          };
        };
        readonly 400: components["responses"]["invalid_request-or-malformed_json"];
        readonly 401: components["responses"]["unauthorized"];
        readonly 403: components["responses"]["missing_scope"];
        readonly 404: components["responses"]["not_found"];
        readonly 409: components["responses"]["request_in_progress"];
        readonly 413: components["responses"]["body_too_large"];
        readonly 415: components["responses"]["unsupported_media_type"];
        readonly 422: components["responses"]["idempotency_key_reused"];
        readonly 429: components["responses"]["rate_limited"];
        readonly 500: components["responses"]["internal"];
        readonly 503: components["responses"]["gateway_503"];
      };
    };
  };
  readonly "/v1/webhook-endpoints/{endpointId}/test": {
    /**
     * Send a test to a webhook endpoint
     *
     * An event of the type `webhook.test`, to this endpoint alone, whatever types it is told of. It is sent within a minute, and tried again like every other.
     *
     * Needs the scope `webhooks:write`.
     */
    readonly post: {
      readonly parameters: {
        readonly query?: never;
        readonly header?: {
          /** Any text of your own, 1 to 255 printable ASCII characters (spaces too, no quote or backslash), another one for each thing you want done. Sent again with the same request, it gets the answer that the first one got, for a day. */
          readonly "Idempotency-Key"?: string;
        };
        readonly path: {
          /** Id of a webhook endpoint, `whe_…`. */
          readonly endpointId: string;
        };
        readonly cookie?: never;
      };
      readonly requestBody?: never;
      readonly responses: {
        /** What will be sent. */
        readonly 202: {
          readonly headers: {
            readonly "x-request-id": string;
            readonly "idempotency-replayed"?: string;
          };
          readonly content: {
            readonly "application/json": components["schemas"]["WebhookDelivery"];
          };
        };
        readonly 400: components["responses"]["invalid_request-or-malformed_json"];
        readonly 401: components["responses"]["unauthorized"];
        readonly 403: components["responses"]["missing_scope"];
        readonly 404: components["responses"]["not_found"];
        readonly 409: components["responses"]["request_in_progress-or-webhook_endpoint_disabled"];
        readonly 413: components["responses"]["body_too_large"];
        readonly 415: components["responses"]["unsupported_media_type"];
        readonly 422: components["responses"]["idempotency_key_reused"];
        readonly 429: components["responses"]["rate_limited"];
        readonly 500: components["responses"]["internal"];
        readonly 503: components["responses"]["gateway_503"];
      };
    };
  };
  readonly "/v1/webhook-endpoints/{endpointId}/deliveries": {
    /**
     * List what was sent to a webhook endpoint in the last 30 days, newest first
     *
     * Needs the scope `webhooks:read`.
     */
    readonly get: {
      readonly parameters: {
        readonly query?: {
          /** Items on a page. A whole number from 1 to 100. */
          readonly limit?: number;
          /** The `next` of the page before. */
          readonly cursor?: string;
        };
        readonly header?: {
          /** The `etag` of the answer you have: 304 when it is still the answer. */
          readonly "If-None-Match"?: string;
        };
        readonly path: {
          /** Id of a webhook endpoint, `whe_…`. */
          readonly endpointId: string;
        };
        readonly cookie?: never;
      };
      readonly requestBody?: never;
      readonly responses: {
        /** A page of deliveries. */
        readonly 200: {
          readonly headers: {
            readonly "x-request-id": string;
            readonly etag: string;
          };
          readonly content: {
            readonly "application/json": {
              readonly items: readonly (components["schemas"]["WebhookDelivery"])[];
              /** Cursor of the next page; null on the last one. */
              readonly next: string | null;
            };
          };
        };
        /** What you have is still the answer. */
        readonly 304: {
          readonly headers: {
            readonly "x-request-id": string;
            readonly etag: string;
          };
          readonly content?: never;
        };
        readonly 400: components["responses"]["invalid_request"];
        readonly 401: components["responses"]["unauthorized"];
        readonly 403: components["responses"]["missing_scope"];
        readonly 404: components["responses"]["not_found"];
        readonly 429: components["responses"]["rate_limited"];
        readonly 500: components["responses"]["internal"];
        readonly 503: components["responses"]["gateway_503"];
      };
    };
  };
  readonly "/v1/webhook-endpoints/{endpointId}/deliveries/{deliveryId}/redeliver": {
    /**
     * Send a delivery once more
     *
     * Whatever became of it, with the same `webhook-id` and body. It is sent within a minute, and tried again like every other.
     *
     * Needs the scope `webhooks:write`.
     */
    readonly post: {
      readonly parameters: {
        readonly query?: never;
        readonly header?: {
          /** Any text of your own, 1 to 255 printable ASCII characters (spaces too, no quote or backslash), another one for each thing you want done. Sent again with the same request, it gets the answer that the first one got, for a day. */
          readonly "Idempotency-Key"?: string;
        };
        readonly path: {
          /** Id of a webhook endpoint, `whe_…`. */
          readonly endpointId: string;
          /** Id of a delivery, `dlv_…`. */
          readonly deliveryId: string;
        };
        readonly cookie?: never;
      };
      readonly requestBody?: never;
      readonly responses: {
        /** The delivery as it is now. */
        readonly 202: {
          readonly headers: {
            readonly "x-request-id": string;
            readonly "idempotency-replayed"?: string;
          };
          readonly content: {
            readonly "application/json": components["schemas"]["WebhookDelivery"];
          };
        };
        readonly 400: components["responses"]["invalid_request-or-malformed_json"];
        readonly 401: components["responses"]["unauthorized"];
        readonly 403: components["responses"]["missing_scope"];
        readonly 404: components["responses"]["not_found"];
        readonly 409: components["responses"]["request_in_progress-or-webhook_endpoint_disabled"];
        readonly 413: components["responses"]["body_too_large"];
        readonly 415: components["responses"]["unsupported_media_type"];
        readonly 422: components["responses"]["idempotency_key_reused"];
        readonly 429: components["responses"]["rate_limited"];
        readonly 500: components["responses"]["internal"];
        readonly 503: components["responses"]["gateway_503"];
      };
    };
  };
  readonly "/v1/reports": {
    /**
     * Ask for a report on a contract, or on a month of all contracts
     *
     * Of what is stated when it is built: within a minute for a contract, a few for a large fleet; an event `report.ready` says when. A report on a contract has every statement on its months, those that were replaced among them, with what became of each; a report on a month has what is in force, contract by contract, and no line for a contract whose month is not stated yet. `csv` is RFC 4180 in UTF-8: metres and counts in whole numbers, instants in UTC, no VIN; what a program could take for a formula, at the start of a cell or behind `;`, `|`, a quotation mark, a tab or a line break in it, has an apostrophe before it; new columns come behind those that there are. `bundle` is one JSON file: every statement with what it discloses, VIN included, its proof in the log, the keys, the status list and the signed head of the chain; `odoseal verify` checks it. `pdf` is A4, tagged, in the language that is asked for: a chart, a line for each statement of the months asked for, what was found, and how to check; that bundle, of the whole contract, is attached inside, and a seal covers every byte; `odoseal verify` checks both. It is kept for 30 days; a report on a contract goes when the contract is erased.
     *
     * Needs the scope `reports:create`.
     */
    readonly post: {
      readonly parameters: {
        readonly query?: never;
        readonly header?: {
          /** Any text of your own, 1 to 255 printable ASCII characters (spaces too, no quote or backslash), another one for each thing you want done. Sent again with the same request, it gets the answer that the first one got, for a day. */
          readonly "Idempotency-Key"?: string;
        };
        readonly path?: never;
        readonly cookie?: never;
      };
      readonly requestBody: {
        readonly content: {
          readonly "application/json": components["schemas"]["NewReport"];
        };
      };
      readonly responses: {
        /** Noted. */
        readonly 202: {
          readonly headers: {
            readonly "x-request-id": string;
            readonly "idempotency-replayed"?: string;
            readonly location: string;
          };
          readonly content: {
            readonly "application/json": components["schemas"]["Report"];
          };
        };
        readonly 400: components["responses"]["invalid_request-or-malformed_json"];
        readonly 401: components["responses"]["unauthorized"];
        readonly 403: components["responses"]["missing_scope"];
        readonly 404: components["responses"]["not_found"];
        readonly 409: components["responses"]["request_in_progress-or-contract_erased"];
        readonly 413: components["responses"]["body_too_large"];
        readonly 415: components["responses"]["unsupported_media_type"];
        readonly 422: components["responses"]["idempotency_key_reused"];
        readonly 429: components["responses"]["rate_limited"];
        readonly 500: components["responses"]["internal"];
        readonly 503: components["responses"]["gateway_503"];
      };
    };
    /**
     * List the reports of the last 30 days, newest first
     *
     * Needs the scope `reports:read`.
     */
    readonly get: {
      readonly parameters: {
        readonly query?: {
          /** Items on a page. A whole number from 1 to 100. */
          readonly limit?: number;
          /** The `next` of the page before. */
          readonly cursor?: string;
        };
        readonly header?: {
          /** The `etag` of the answer you have: 304 when it is still the answer. */
          readonly "If-None-Match"?: string;
        };
        readonly path?: never;
        readonly cookie?: never;
      };
      readonly requestBody?: never;
      readonly responses: {
        /** A page of reports. */
        readonly 200: {
          readonly headers: {
            readonly "x-request-id": string;
            readonly etag: string;
          };
          readonly content: {
            readonly "application/json": {
              readonly items: readonly (components["schemas"]["Report"])[];
              /** Cursor of the next page; null on the last one. */
              readonly next: string | null;
            };
          };
        };
        /** What you have is still the answer. */
        readonly 304: {
          readonly headers: {
            readonly "x-request-id": string;
            readonly etag: string;
          };
          readonly content?: never;
        };
        readonly 400: components["responses"]["invalid_request"];
        readonly 401: components["responses"]["unauthorized"];
        readonly 403: components["responses"]["missing_scope"];
        readonly 429: components["responses"]["rate_limited"];
        readonly 500: components["responses"]["internal"];
        readonly 503: components["responses"]["gateway_503"];
      };
    };
  };
  readonly "/v1/reports/{reportId}": {
    /**
     * Get a report
     *
     * Needs the scope `reports:read`.
     */
    readonly get: {
      readonly parameters: {
        readonly query?: never;
        readonly header?: {
          /** The `etag` of the answer you have: 304 when it is still the answer. */
          readonly "If-None-Match"?: string;
        };
        readonly path: {
          /** Id of a report, `rep_…`. */
          readonly reportId: string;
        };
        readonly cookie?: never;
      };
      readonly requestBody?: never;
      readonly responses: {
        /** The report. */
        readonly 200: {
          readonly headers: {
            readonly "x-request-id": string;
            readonly etag: string;
          };
          readonly content: {
            readonly "application/json": components["schemas"]["Report"];
          };
        };
        /** What you have is still the answer. */
        readonly 304: {
          readonly headers: {
            readonly "x-request-id": string;
            readonly etag: string;
          };
          readonly content?: never;
        };
        readonly 400: components["responses"]["invalid_request"];
        readonly 401: components["responses"]["unauthorized"];
        readonly 403: components["responses"]["missing_scope"];
        readonly 404: components["responses"]["not_found"];
        readonly 429: components["responses"]["rate_limited"];
        readonly 500: components["responses"]["internal"];
        readonly 503: components["responses"]["gateway_503"];
      };
    };
  };
  readonly "/v1/reports/{reportId}/download": {
    /**
     * Download the file of a report that is ready
     *
     * Answers with an address that is good for a minute, for whoever has it: follow it at once, without your key (clients drop it when they follow a redirect to another host), and keep it nowhere.
     *
     * Needs the scope `reports:read`.
     */
    readonly get: {
      readonly parameters: {
        readonly query?: never;
        readonly header?: never;
        readonly path: {
          /** Id of a report, `rep_…`. */
          readonly reportId: string;
        };
        readonly cookie?: never;
      };
      readonly requestBody?: never;
      readonly responses: {
        /** Where the file is, for a minute. */
        readonly 303: {
          readonly headers: {
            readonly "x-request-id": string;
            readonly location: string;
            readonly "referrer-policy": string;
          };
          readonly content?: never;
        };
        readonly 400: components["responses"]["invalid_request"];
        readonly 401: components["responses"]["unauthorized"];
        readonly 403: components["responses"]["missing_scope"];
        readonly 404: components["responses"]["not_found"];
        readonly 409: components["responses"]["report_not_ready"];
        readonly 429: components["responses"]["rate_limited"];
        readonly 500: components["responses"]["internal"];
        readonly 503: components["responses"]["gateway_503"];
      };
    };
  };
  readonly "/v1/reports/{reportId}/shares": {
    /**
     * Give out a link to a bundle or PDF that is ready
     *
     * For whoever has no key: a page with chart and table, on which the browser checks every statement, every proof and the chain by itself. Opening the link shows a button; only pressing it counts as a view, so that programs which follow links in mails use none up. The claims that are withheld are left out of what is handed over, and everything verifies all the same. Keep the link of the answer: it is not shown again.
     *
     * Needs the scope `reports:share`.
     */
    readonly post: {
      readonly parameters: {
        readonly query?: never;
        readonly header?: {
          /** Any text of your own, 1 to 255 printable ASCII characters (spaces too, no quote or backslash), another one for each thing you want done. Sent again with the same request, it gets the answer that the first one got, for a day. */
          readonly "Idempotency-Key"?: string;
        };
        readonly path: {
          /** Id of a report, `rep_…`. */
          readonly reportId: string;
        };
        readonly cookie?: never;
      };
      readonly requestBody?: {
        readonly content: {
          readonly "application/json": components["schemas"]["NewShare"];
        };
      };
      readonly responses: {
        /** Given out. */
        readonly 201: {
          readonly headers: {
            readonly "x-request-id": string;
            readonly "idempotency-replayed"?: string;
            readonly location: string;
          };
          readonly content: {
            readonly "application/json": components["schemas"]["ShareWithLink"];
          };
        };
        readonly 400: components["responses"]["invalid_request-or-malformed_json"];
        readonly 401: components["responses"]["unauthorized"];
        readonly 403: components["responses"]["missing_scope"];
        readonly 404: components["responses"]["not_found"];
        readonly 409: components["responses"]["request_in_progress-or-report_not_ready"];
        readonly 413: components["responses"]["body_too_large"];
        readonly 415: components["responses"]["unsupported_media_type"];
        readonly 422: components["responses"]["idempotency_key_reused"];
        readonly 429: components["responses"]["rate_limited"];
        readonly 500: components["responses"]["internal"];
        readonly 503: components["responses"]["gateway_503"];
      };
    };
    /**
     * List the links to a report, newest first, with when each was used
     *
     * Needs the scope `reports:read`.
     */
    readonly get: {
      readonly parameters: {
        readonly query?: {
          /** Items on a page. A whole number from 1 to 100. */
          readonly limit?: number;
          /** The `next` of the page before. */
          readonly cursor?: string;
        };
        readonly header?: {
          /** The `etag` of the answer you have: 304 when it is still the answer. */
          readonly "If-None-Match"?: string;
        };
        readonly path: {
          /** Id of a report, `rep_…`. */
          readonly reportId: string;
        };
        readonly cookie?: never;
      };
      readonly requestBody?: never;
      readonly responses: {
        /** A page of shares. */
        readonly 200: {
          readonly headers: {
            readonly "x-request-id": string;
            readonly etag: string;
          };
          readonly content: {
            readonly "application/json": {
              readonly items: readonly (components["schemas"]["Share"])[];
              /** Cursor of the next page; null on the last one. */
              readonly next: string | null;
            };
          };
        };
        /** What you have is still the answer. */
        readonly 304: {
          readonly headers: {
            readonly "x-request-id": string;
            readonly etag: string;
          };
          readonly content?: never;
        };
        readonly 400: components["responses"]["invalid_request"];
        readonly 401: components["responses"]["unauthorized"];
        readonly 403: components["responses"]["missing_scope"];
        readonly 404: components["responses"]["not_found"];
        readonly 429: components["responses"]["rate_limited"];
        readonly 500: components["responses"]["internal"];
        readonly 503: components["responses"]["gateway_503"];
      };
    };
  };
  readonly "/v1/reports/{reportId}/shares/{shareId}": {
    /**
     * Get a link to a report, with when it was used
     *
     * Needs the scope `reports:read`.
     */
    readonly get: {
      readonly parameters: {
        readonly query?: never;
        readonly header?: {
          /** The `etag` of the answer you have: 304 when it is still the answer. */
          readonly "If-None-Match"?: string;
        };
        readonly path: {
          /** Id of a report, `rep_…`. */
          readonly reportId: string;
          /** Id of a share, `shr_…`. */
          readonly shareId: string;
        };
        readonly cookie?: never;
      };
      readonly requestBody?: never;
      readonly responses: {
        /** The share. */
        readonly 200: {
          readonly headers: {
            readonly "x-request-id": string;
            readonly etag: string;
          };
          readonly content: {
            readonly "application/json": components["schemas"]["Share"];
          };
        };
        /** What you have is still the answer. */
        readonly 304: {
          readonly headers: {
            readonly "x-request-id": string;
            readonly etag: string;
          };
          readonly content?: never;
        };
        readonly 400: components["responses"]["invalid_request"];
        readonly 401: components["responses"]["unauthorized"];
        readonly 403: components["responses"]["missing_scope"];
        readonly 404: components["responses"]["not_found"];
        readonly 429: components["responses"]["rate_limited"];
        readonly 500: components["responses"]["internal"];
        readonly 503: components["responses"]["gateway_503"];
      };
    };
    /**
     * Revoke a link to a report
     *
     * It shows nothing from then on. When it was used stays to be seen.
     *
     * Needs the scope `reports:share`.
     */
    readonly delete: {
      readonly parameters: {
        readonly query?: never;
        readonly header?: never;
        readonly path: {
          /** Id of a report, `rep_…`. */
          readonly reportId: string;
          /** Id of a share, `shr_…`. */
          readonly shareId: string;
        };
        readonly cookie?: never;
      };
      readonly requestBody?: never;
      readonly responses: {
        /** Revoked, or revoked before. */
        readonly 204: {
          readonly headers: {
            readonly "x-request-id": string;
          };
          readonly content?: never;
        };
        readonly 400: components["responses"]["invalid_request"];
        readonly 401: components["responses"]["unauthorized"];
        readonly 403: components["responses"]["missing_scope"];
        readonly 404: components["responses"]["not_found"];
        readonly 429: components["responses"]["rate_limited"];
        readonly 500: components["responses"]["internal"];
        readonly 503: components["responses"]["gateway_503"];
      };
    };
  };
}

export interface components {
  readonly schemas: {
    readonly Advice: {
      readonly title: string;
      readonly text: string;
    };
    /** How far the car may go. */
    readonly Allowance: {
      /** A year of the contract, or its whole term. */
      readonly per: "year" | "term";
      readonly metres: number;
      /** Contracts with the same text share their allowances: what one has left, another may use. Their mileage says how the group stands. No control characters and no broken Unicode. No spaces at either end. */
      readonly group?: string;
    };
    readonly ApiKey: {
      readonly id: string;
      /** null: the operator gave it none. */
      readonly name: string | null;
      readonly scopes: readonly ("contracts:read" | "contracts:write" | "contracts:erase" | "connections:withdraw" | "readings:request" | "odometer:declare" | "attestations:read" | "attestations:replace" | "reports:create" | "reports:read" | "reports:share" | "events:read" | "webhooks:read" | "webhooks:write" | "api-keys:manage")[];
      /** From when on it works no more; null: it does not expire. */
      readonly expiresAt: string | null;
      readonly createdAt: string;
      /** Id of the key that it was made with; null: the operator made it. */
      readonly createdBy: string | null;
      readonly revokedAt: string | null;
    };
    readonly ApiKeyWithSecret: {
      readonly id: string;
      /** null: the operator gave it none. */
      readonly name: string | null;
      readonly scopes: readonly ("contracts:read" | "contracts:write" | "contracts:erase" | "connections:withdraw" | "readings:request" | "odometer:declare" | "attestations:read" | "attestations:replace" | "reports:create" | "reports:read" | "reports:share" | "events:read" | "webhooks:read" | "webhooks:write" | "api-keys:manage")[];
      /** From when on it works no more; null: it does not expire. */
      readonly expiresAt: string | null;
      readonly createdAt: string;
      /** Id of the key that it was made with; null: the operator made it. */
      readonly createdBy: string | null;
      readonly revokedAt: string | null;
      /** `ods_…`: what stands behind `Bearer`. Shown once: null where the request is repeated. */
      readonly secret: string | null;
      /** Whether the key was shown before, and cannot be shown again. */
      readonly secretShown: boolean;
    };
    readonly Attestation: {
      readonly id: string;
      readonly contract: string;
      readonly issuedAt: string;
      /** Why it took the place of the one that `replaces` names; `boundary_moved`: an earlier month was stated again and closes elsewhere. */
      readonly replacedFor: "late_reading" | "odometer_declared" | "disputed" | "requested_by_authority" | "key_compromised" | "other" | "boundary_moved" | null;
      readonly claims: components["schemas"]["MeasuredClaims"] | components["schemas"]["NoReadingClaims"];
    };
    /** What the odometer showed at an instant, and how that is known. */
    readonly BoundaryClaim: {
      readonly at: string;
      readonly metres: number;
      /** The odometer was at least this. */
      readonly lowerMetres: number;
      /** The odometer was at most this. */
      readonly upperMetres: number;
      readonly method: "read" | "interpolated" | "first_reading" | "restart";
      readonly before?: components["schemas"]["ReadingClaim"];
      readonly after?: components["schemas"]["ReadingClaim"];
    };
    readonly Brand: {
      /** As the vehicle platform spells it. */
      readonly make: string;
      /** As its drivers write it. */
      readonly name: string;
      /** Where its cars can be connected. */
      readonly regions: readonly ("US" | "CA" | "EUROPE")[];
    };
    readonly Compatibility: {
      /** Null: nobody can say before the driver connects. */
      readonly compatible: boolean | null;
      /** Why not, or why nobody can say. */
      readonly reason: "vehicle_not_compatible" | "brand_not_compatible" | "permission_not_available" | "only_brand_known" | "brand_unknown" | "country_unknown" | null;
      /** The reason as a sentence. */
      readonly message: string | null;
      /** What the answer rests on: this very car, or its brand and the country. */
      readonly basis: "vin" | "brand";
      /** A country, two capital letters (ISO 3166-1), e.g. NL. */
      readonly country: string;
      /** Of the VIN; null where its first characters do not tell. */
      readonly brand: components["schemas"]["Brand"] | null;
      /** One for each permission that a statement needs. */
      readonly capabilities: readonly ({
        readonly permission: "read_odometer" | "read_vin" | "read_vehicle_info";
        /** Null: the vehicle platform does not say; outside the United States it never does. */
        readonly capable: boolean | null;
        readonly reason: "vehicle_not_capable" | "platform_not_capable" | null;
      })[];
    };
    readonly ConnectSession: {
      readonly id: string;
      readonly contract: string;
      /** Send this to the driver. Opening it uses nothing up. Shown once: null where the request is repeated. */
      readonly url: string | null;
      /** Whether the link was shown before, and cannot be shown again. */
      readonly secretShown: boolean;
      readonly expiresAt: string;
      readonly returnUrl: string | null;
    };
    readonly Connection: {
      readonly id: string;
      readonly state: "pending" | "active" | "action_required" | "reauth_required" | "withdrawn" | "failed" | "replaced" | "ended";
      /** Machine-readable: why it is in this state, where there is more to say. The vehicle platform’s own reasons are `TYPE:CODE`. */
      readonly reason: string | null;
      /** What the driver has to do before the car can be read (again), in words for the driver, to be passed on as they are; null when there is nothing. */
      readonly driverMust: {
        readonly en: components["schemas"]["Advice"];
        readonly nl: components["schemas"]["Advice"];
        readonly fr: components["schemas"]["Advice"];
        readonly de: components["schemas"]["Advice"];
      } | null;
      /** In `reauth_required`, while the contract goes on: the link with which the driver logs in again. In answers to GET, for keys with `contracts:write`; else null. */
      readonly reconnect: components["schemas"]["Reconnect"] | null;
      readonly consent: components["schemas"]["Consent"] | null;
      /** Whether the car may be asked. */
      readonly readable: boolean;
      /** Version of the vehicle platform that it goes over. */
      readonly platform: "v2" | "v3";
      /** Since when the car was known. */
      readonly connectedAt: string | null;
      /** When the consent was ended: nothing is read from then on. */
      readonly withdrawnAt: string | null;
      readonly make: string | null;
      readonly model: string | null;
      readonly year: number | null;
      readonly vin: string | null;
    };
    readonly Consent: {
      /** Which words the driver agreed to, and in which language. */
      readonly textVersion: string;
      readonly agreedAt: string;
      /** Permissions that the driver was asked for. */
      readonly asked: readonly (string)[] | null;
      /** Permissions that the driver granted, as the vehicle platform tells them. */
      readonly granted: readonly (string)[] | null;
    };
    readonly Contract: {
      readonly id: string;
      /** Where the contract stands between its first and last instant. */
      readonly state: "upcoming" | "active" | "ended";
      /** The month that is stated next. `upcoming`: it is to come, with the contract. `running`: it is not over. `awaited`: it is over, and its statement is to come. `stated`: there is none, all is stated. */
      readonly periodStatus: "upcoming" | "running" | "awaited" | "stated";
      readonly kind: "insurance" | "lease";
      /** Your own name for the contract; unique among yours. */
      readonly reference: string;
      /** The car that is expected; another one is refused when the driver connects. Left out: the first car that is connected. */
      readonly vin: string | null;
      /** First day of the contract. */
      readonly start: string;
      /** First day after the contract. */
      readonly end: string | null;
      /** First instant of `start` in the zone. */
      readonly startsAt: string;
      /** First instant of `end` in the zone. */
      readonly endsAt: string | null;
      /** IANA time zone in which its months begin. */
      readonly zone: string;
      /** Day of the month on which a period begins. */
      readonly dayOffset: number;
      /** `after`: one reading after each month. `around`: one before and one after, for tight bounds. */
      readonly policy: "after" | "around";
      /** Days after the end of a month in which a reading may still close it. */
      readonly deadlineDays: number;
      readonly allowance: components["schemas"]["Allowance"] | null;
      /** Your own notes. */
      readonly metadata: { readonly [name: string]: string };
      /** Whether nothing of it may be erased. */
      readonly legalHold: boolean;
      /** Of its personal data, where that was asked for. */
      readonly erasure: components["schemas"]["Erasure"] | null;
      /** The reading that was asked for last. */
      readonly readingRequest: components["schemas"]["ReadingRequest"] | null;
      /** The attestation that was last to be stated again. */
      readonly replacementRequest: components["schemas"]["ReplacementRequest"] | null;
      readonly createdAt: string;
    };
    readonly ContractChange: {
      /** IANA time zone in which its months begin. Its days stay the days they are. Until the first month of the contract is over. No control characters and no broken Unicode. No spaces at either end. */
      readonly zone?: string;
      /** First day of the contract. Until the first month of the contract is over. A day, YYYY-MM-DD, from 2000-01-01 to 2099-12-31. */
      readonly start?: string;
      /** Day of the month on which a period begins. Until the first month of the contract is over. */
      readonly dayOffset?: number;
      /** Days after the end of a month in which a reading may still close it. Until the first month of the contract is over. */
      readonly deadlineDays?: number;
      /** `after`: one reading after each month. `around`: one before and one after, for tight bounds. Counts from the next reading on. */
      readonly policy?: "after" | "around";
      /** null: none any more. */
      readonly allowance?: components["schemas"]["Allowance"] | null;
      /** Your own notes. Nothing of a person. At most 20 texts of at most 500 characters, under names of 1 to 40 letters, digits, `_`, `.` and `-`. */
      readonly metadata?: { readonly [name: string]: string };
      /** Whether nothing of it may be erased. `false` needs the scope `contracts:erase` as well. */
      readonly legalHold?: boolean;
    };
    readonly ContractEnd: {
      /** First day after the contract, in its zone. A day, YYYY-MM-DD, from 2000-01-01 to 2099-12-31. */
      readonly end: string;
    };
    /** One for each line, in the order they came. */
    readonly ContractLines: {
      readonly items: readonly ({
        readonly created: boolean;
        readonly contract: components["schemas"]["Contract"] | null;
        /** Why there is no contract. */
        readonly problem: {
          /** `invalid_request` or `reference_taken`. */
          readonly code: string;
          /** What the line would have been answered with by itself. */
          readonly status: number;
          readonly title: string;
          readonly errors: readonly ({
            readonly field: string;
            readonly message: string;
          })[];
        } | null;
      })[];
    };
    readonly ContractWithConnection: {
      readonly id: string;
      /** Where the contract stands between its first and last instant. */
      readonly state: "upcoming" | "active" | "ended";
      /** The month that is stated next. `upcoming`: it is to come, with the contract. `running`: it is not over. `awaited`: it is over, and its statement is to come. `stated`: there is none, all is stated. */
      readonly periodStatus: "upcoming" | "running" | "awaited" | "stated";
      readonly kind: "insurance" | "lease";
      /** Your own name for the contract; unique among yours. */
      readonly reference: string;
      /** The car that is expected; another one is refused when the driver connects. Left out: the first car that is connected. */
      readonly vin: string | null;
      /** First day of the contract. */
      readonly start: string;
      /** First day after the contract. */
      readonly end: string | null;
      /** First instant of `start` in the zone. */
      readonly startsAt: string;
      /** First instant of `end` in the zone. */
      readonly endsAt: string | null;
      /** IANA time zone in which its months begin. */
      readonly zone: string;
      /** Day of the month on which a period begins. */
      readonly dayOffset: number;
      /** `after`: one reading after each month. `around`: one before and one after, for tight bounds. */
      readonly policy: "after" | "around";
      /** Days after the end of a month in which a reading may still close it. */
      readonly deadlineDays: number;
      readonly allowance: components["schemas"]["Allowance"] | null;
      /** Your own notes. */
      readonly metadata: { readonly [name: string]: string };
      /** Whether nothing of it may be erased. */
      readonly legalHold: boolean;
      /** Of its personal data, where that was asked for. */
      readonly erasure: components["schemas"]["Erasure"] | null;
      /** The reading that was asked for last. */
      readonly readingRequest: components["schemas"]["ReadingRequest"] | null;
      /** The attestation that was last to be stated again. */
      readonly replacementRequest: components["schemas"]["ReplacementRequest"] | null;
      readonly createdAt: string;
      /** The connection that is read from; before there is one, how the newest authorization ended. */
      readonly connection: components["schemas"]["Connection"] | null;
    };
    readonly Erasure: {
      readonly askedAt: string;
      /** null: it is not done yet. */
      readonly erasedAt: string | null;
    };
    readonly Event: {
      /** The same however often it is told. */
      readonly id: string;
      /** What each means, and carries, is told at the webhook. */
      readonly type: "contract.connected" | "connection.action_required" | "connection.reauth_required" | "connection.withdrawn" | "reading.recorded" | "period.asleep" | "attestation.issued" | "attestation.flagged" | "attestation.replaced" | "run.completed" | "report.ready" | "report.failed" | "webhook.disabled" | "webhook.test";
      /** When it happened. */
      readonly timestamp: string;
      /** Ids of what it is about, and a reason where there is one. */
      readonly data: { readonly [name: string]: string };
    };
    /** What the gateway in front of the API answers by itself. */
    readonly GatewayAnswer: {
      readonly message: string;
    };
    readonly Me: {
      readonly tenant: {
        readonly id: string;
        readonly name: string;
        /** Calendar months after a contract’s end, in its zone, after which its personal data is erased as if you had asked: once all is stated, and not while `legalHold`. null: kept until you ask. Set by us, as you tell us; counts a day later. */
        readonly retentionMonths: number | null;
        /** What new contracts are made with that do not say. */
        readonly schedule: {
          readonly policy: "after" | "around";
          readonly deadlineDays: number;
        };
      };
      readonly key: components["schemas"]["ApiKey"];
    };
    readonly MeasuredClaims: {
      /** Who issued it: the origin whose `/.well-known/jwks.json` has the key. */
      readonly iss: string;
      /** When it was signed, in seconds since 1970. */
      readonly iat: number;
      readonly jti: string;
      readonly vct: "urn:odoseal:mileage:1";
      /** Your tenant id. */
      readonly aud: string;
      /** The contract’s id. */
      readonly sub: string;
      /** Number in the chain of the contract, from 1, without a hole. */
      readonly seq: number;
      /** SHA-256 of the signed bytes of the statement before, base64url; null for the first. */
      readonly prev: string | null;
      /** `jti` of the statement whose place it takes. */
      readonly replaces?: string;
      readonly status: {
        readonly status_list: {
          /** Where in the list this statement stands: its number. */
          readonly idx: number;
          /** A Token Status List that says whether the statement is still in force. */
          readonly uri: string;
        };
      };
      readonly period: components["schemas"]["Period"];
      readonly attempts: {
        /** How often the car was asked, by outcome: read, not_yet_recorded, asleep, unavailable, rate_limited, reconnect_needed, owner_must_act, refused. */
        readonly counts: { readonly [name: string]: number };
        readonly firstAt?: string;
        readonly lastAt?: string;
      };
      readonly platform: string;
      readonly rulesVersion: string;
      readonly outcome: "measured";
      readonly opening: components["schemas"]["BoundaryClaim"];
      readonly closing: components["schemas"]["BoundaryClaim"];
      /** Closing minus opening; null exactly when the verdict is `illogical`. */
      readonly distanceMetres: number | null;
      readonly lowerMetres: number | null;
      readonly upperMetres: number | null;
      /** The exact figure between two readings, beside that of the calendar month. */
      readonly readToRead: {
        readonly metres: number | null;
        readonly from: string;
        readonly to: string;
      };
      /** Driven in months that ended without a reading. */
      readonly catchUpMetres?: number;
      readonly catchUpFrom?: string;
      /** Declared replacements of the odometer that the figures count over: the last value of the old one, the first of the new one. */
      readonly replaced?: readonly ({
        readonly at: string;
        readonly old: number;
        readonly new: number;
      })[];
      /** Whether it covers less than the month, because the car was connected later. */
      readonly partial: boolean;
      readonly verdict: "logical" | "illogical" | "no_judgement";
      readonly reasons: readonly (string)[];
      readonly findings: readonly ({
        readonly rule: string;
        readonly numbers: { readonly [name: string]: number };
      })[];
      /** How many findings and reasons were left out. */
      readonly omitted?: number;
    };
    readonly Mileage: {
      readonly from: string;
      /** null: you named none, and no reading has come since `from`. */
      readonly to: string | null;
      /** Whether the readings say how far the car went. */
      readonly known: boolean;
      /** Why that is not known. */
      readonly why: "no_closing_reading" | "no_opening_reading" | "no_trusted_reading" | null;
      /** null: not known, or the readings contradict each other. */
      readonly estimateMetres: number | null;
      /** It cannot have been less. */
      readonly lowerMetres: number | null;
      /** It cannot have been more. */
      readonly upperMetres: number | null;
      /** The exact figure between two readings, and when the car measured them. */
      readonly readToRead: {
        readonly metres: number | null;
        readonly from: string;
        readonly to: string;
      } | null;
      readonly opening: components["schemas"]["OdometerAt"] | null;
      readonly closing: components["schemas"]["OdometerAt"] | null;
      /** Whether the readings reach less far than what was asked for. */
      readonly partial: boolean | null;
      readonly verdict: "logical" | "no_judgement" | "illogical" | null;
      readonly reasons: readonly (string)[];
      /** How often somebody read the odometer off in this time, as declared. No figure rests on it. */
      readonly manualReadings: number;
      /** The figures for people, with one decimal. */
      readonly shown: {
        readonly unit: "km" | "mi";
        readonly estimate: string;
        readonly lower: string;
        readonly upper: string;
      } | null;
      /** Told where `from` is left out and the contract has one: allowed, used and left until then. */
      readonly allowance: {
        readonly allowedMetres: number;
        readonly usedMetres: number;
        readonly balanceMetres: number;
        /** From the contract’s start until `at`, its end, at the pace so far; of a contract without an end, the end of its running year. null: less than four weeks are known. */
        readonly projection: {
          readonly at: string;
          readonly metres: number;
          readonly allowedMetres: number;
          readonly excessMetres: number;
        } | null;
      } | null;
      /** Told where `from` is left out and the allowance has a `group`: the sums of all your contracts with the same text, each until its newest reading or, where `to` is given, until then. */
      readonly pool: {
        /** `false`: more than 100 contracts of the group have begun, or you have more than 5,000 contracts in all. */
        readonly known: boolean;
        /** Contracts of the group that have begun, this one too, ended or not. */
        readonly contracts: number | null;
        /** Those of which it is known how far the car went. The others are in none of the sums. */
        readonly counted: number | null;
        readonly allowedMetres: number | null;
        readonly usedMetres: number | null;
        /** What some have left is there for the others; below zero: together they are ahead. */
        readonly balanceMetres: number | null;
        /** The projections of all of them added up, each to its own end. null: of one of them there is none. */
        readonly projection: {
          readonly metres: number;
          readonly allowedMetres: number;
          readonly excessMetres: number;
        } | null;
      } | null;
    };
    readonly NewApiKey: {
      /** What it is for, in your own words. A text of 1 to 100 characters, without control characters. */
      readonly name: string;
      /** What it may do: scopes of the key you ask with. One scope or more, each once. */
      readonly scopes: readonly ("contracts:read" | "contracts:write" | "contracts:erase" | "connections:withdraw" | "readings:request" | "odometer:declare" | "attestations:read" | "attestations:replace" | "reports:create" | "reports:read" | "reports:share" | "events:read" | "webhooks:read" | "webhooks:write" | "api-keys:manage")[];
      /** From when on it works no more; left out: when the key you ask with does. An instant in UTC, YYYY-MM-DDThh:mm:ssZ, from the year 2000 to 2099. */
      readonly expiresAt?: string;
    };
    readonly NewConnectSession: {
      /** What the driver’s pages are written in; left out, what the driver’s browser asks for. */
      readonly language?: "en" | "nl" | "fr" | "de";
      /** Until the link expires: five minutes to 90 days. */
      readonly expiresInSeconds?: number;
      /** Where the driver is offered a link back to, in the end. One of those that you have agreed on with the operator, letter by letter; nothing is added to it. An https URL as browsers write it, without credentials and fragment, of at most 2,048 characters. */
      readonly returnUrl?: string;
    };
    readonly NewContract: {
      readonly kind: "insurance" | "lease";
      /** Your own name for the contract; unique among yours. No control characters and no broken Unicode. No spaces at either end. */
      readonly reference: string;
      /** The car that is expected; another one is refused when the driver connects. Left out: the first car that is connected. A VIN: 17 letters and digits, without I, O and Q. */
      readonly vin?: string;
      /** First day of the contract. A day, YYYY-MM-DD, from 2000-01-01 to 2099-12-31. */
      readonly start: string;
      /** First day after the contract. A day, YYYY-MM-DD, from 2000-01-01 to 2099-12-31. */
      readonly end?: string;
      /** IANA time zone in which its months begin. An IANA time zone, e.g. Europe/Amsterdam. */
      readonly zone: string;
      /** Day of the month on which a period begins. */
      readonly dayOffset?: number;
      /** `after`: one reading after each month. `around`: one before and one after, for tight bounds. Left out: as your tenant’s `schedule` says (`/v1/me`). */
      readonly policy?: "after" | "around";
      /** Days after the end of a month in which a reading may still close it. Left out: as your tenant’s `schedule` says (`/v1/me`). */
      readonly deadlineDays?: number;
      readonly allowance?: components["schemas"]["Allowance"];
      /** Your own notes. Nothing of a person. At most 20 texts of at most 500 characters, under names of 1 to 40 letters, digits, `_`, `.` and `-`. */
      readonly metadata?: { readonly [name: string]: string };
    };
    readonly NewContracts: {
      readonly contracts: readonly (components["schemas"]["NewContract"])[];
    };
    readonly NewOdometerEvent: {
      readonly kind: "replacement";
      /** When the other odometer began to count. An instant in UTC, YYYY-MM-DDThh:mm:ssZ, from the year 2000 to 2099. */
      readonly at: string;
      /** The last value of the old one. In whole metres. */
      readonly oldMetres: number;
      /** The first value of the new one. In whole metres. */
      readonly newMetres: number;
      /** Your own name for what proves it, an invoice or a photo. Nothing of a person. No control characters and no broken Unicode. No spaces at either end. */
      readonly evidence: string;
    } | {
      readonly kind: "reading";
      /** When it was read off. An instant in UTC, YYYY-MM-DDThh:mm:ssZ, from the year 2000 to 2099. */
      readonly at: string;
      /** What the dashboard showed. In whole metres. */
      readonly metres: number;
      /** Your own name for what proves it, an invoice or a photo. Nothing of a person. No control characters and no broken Unicode. No spaces at either end. */
      readonly evidence: string;
    };
    readonly NewPresentation: {
      /** Claims that the reader does not see. Nothing else can be withheld. */
      readonly withhold: readonly ("vin" | "make" | "model" | "year" | "reference" | "vendorVehicleId" | "consentId")[];
    };
    readonly NewReplacement: {
      /** Kept beside the statement for ever, and shown with it. */
      readonly reason: "late_reading" | "odometer_declared" | "disputed" | "requested_by_authority" | "key_compromised" | "other";
    };
    readonly NewReport: {
      /** Everything that was stated of it. Id of a contract, `con_…`. */
      readonly contractId?: string;
      /** With `contractId`: the first month. A month, YYYY-MM, from 2000-01 to 2099-12. */
      readonly from?: string;
      /** With `contractId`: the last month. A month, YYYY-MM, from 2000-01 to 2099-12. */
      readonly to?: string;
      /** What is in force of this month, of every contract. A month, YYYY-MM, from 2000-01 to 2099-12. */
      readonly periodId?: string;
      /** `csv`: a table, one line for each statement. `bundle`: with `contractId`, everything that an offline check of the contract’s statements needs. `pdf`: with `contractId`, pages for people, sealed as a whole, with that bundle inside. */
      readonly format: "csv" | "bundle" | "pdf";
      /** With `pdf`: what its pages are written in. Default `en`. */
      readonly language?: "en" | "nl" | "fr" | "de";
      /** With `pdf`, and the scope `reports:share`: a link to it is printed on its pages as a QR code, and stands nowhere else. It is among the shares of the report when that is ready, and shows it until it expires or the share is revoked. */
      readonly share?: {
        /** Claims that the link does not show; everything verifies all the same. Default: `vin`, `vendorVehicleId`, `consentId` and `reference`. Names of claims, each once. */
        readonly withhold?: readonly ("vin" | "make" | "model" | "year" | "reference" | "vendorVehicleId" | "consentId")[];
        /** How often it shows the report. Default 25. */
        readonly viewLimit?: number;
      };
    };
    readonly NewShare: {
      /** Claims that the link does not show; everything verifies all the same. Default: `vin`, `vendorVehicleId`, `consentId` and `reference`. Names of claims, each once. */
      readonly withhold?: readonly ("vin" | "make" | "model" | "year" | "reference" | "vendorVehicleId" | "consentId")[];
      /** How often it shows the report. Default 25. */
      readonly viewLimit?: number;
      /** Until when. Default: as long as there is the report. An instant in UTC, YYYY-MM-DDThh:mm:ssZ, from the year 2000 to 2099. */
      readonly expiresAt?: string;
    };
    readonly NewWebhookEndpoint: {
      /** Where events are posted to. An https URL of the public internet, without credentials and fragment, of at most 2,048 characters. */
      readonly url: string;
      /** What it is told of; left out: everything, also what there is to tell of later. One type or more, each once. */
      readonly types?: readonly ("contract.connected" | "connection.action_required" | "connection.reauth_required" | "connection.withdrawn" | "reading.recorded" | "period.asleep" | "attestation.issued" | "attestation.flagged" | "attestation.replaced" | "run.completed" | "report.ready" | "report.failed" | "webhook.disabled")[];
    };
    readonly NoReadingClaims: {
      /** Who issued it: the origin whose `/.well-known/jwks.json` has the key. */
      readonly iss: string;
      /** When it was signed, in seconds since 1970. */
      readonly iat: number;
      readonly jti: string;
      readonly vct: "urn:odoseal:mileage:1";
      /** Your tenant id. */
      readonly aud: string;
      /** The contract’s id. */
      readonly sub: string;
      /** Number in the chain of the contract, from 1, without a hole. */
      readonly seq: number;
      /** SHA-256 of the signed bytes of the statement before, base64url; null for the first. */
      readonly prev: string | null;
      /** `jti` of the statement whose place it takes. */
      readonly replaces?: string;
      readonly status: {
        readonly status_list: {
          /** Where in the list this statement stands: its number. */
          readonly idx: number;
          /** A Token Status List that says whether the statement is still in force. */
          readonly uri: string;
        };
      };
      readonly period: components["schemas"]["Period"];
      readonly attempts: {
        /** How often the car was asked, by outcome: read, not_yet_recorded, asleep, unavailable, rate_limited, reconnect_needed, owner_must_act, refused. */
        readonly counts: { readonly [name: string]: number };
        readonly firstAt?: string;
        readonly lastAt?: string;
      };
      readonly platform: string;
      readonly rulesVersion: string;
      readonly outcome: "no_reading";
      readonly reason: "asleep" | "not_connected" | "reconnect_needed" | "consent_withdrawn" | "refused";
      readonly verdict: "no_judgement";
    };
    /** What the odometer showed at an instant. */
    readonly OdometerAt: {
      readonly at: string;
      readonly metres: number;
      readonly lowerMetres: number;
      readonly upperMetres: number;
      /** `read`: a reading within ten minutes; `interpolated`: between two readings; `first_reading`: counting starts there; `restart`: begins again behind a break. */
      readonly method: "read" | "interpolated" | "first_reading" | "restart";
      /** Ids of the readings it rests on; of a declared replacement, where it is one. */
      readonly readings: readonly (string)[];
    };
    readonly OdometerEvent: {
      readonly id: string;
      readonly kind: "replacement" | "reading";
      readonly at: string;
      readonly declaredAt: string;
      /** Id of the API key. */
      readonly declaredBy: string;
      readonly evidence: string;
      /** Of a reading. */
      readonly metres: number | null;
      /** Of a replacement, as `newMetres`. */
      readonly oldMetres: number | null;
      readonly newMetres: number | null;
    };
    /** One month of a contract, `from` included and `to` not. */
    readonly Period: {
      /** YYYY-MM of its start in the zone. */
      readonly id: string;
      readonly from: string;
      readonly to: string;
      readonly zone: string;
    };
    /** Problem details (RFC 9457). `code` is for machines, the rest for people. */
    readonly Problem: {
      /** `urn:odoseal:problem:` and the code. */
      readonly type: string;
      readonly title: string;
      readonly status: number;
      readonly detail?: string;
      readonly code: "malformed_json" | "invalid_request" | "unauthorized" | "missing_scope" | "not_found" | "method_not_allowed" | "not_acceptable" | "reference_taken" | "not_connected" | "contract_not_begun" | "contract_over" | "contract_not_over" | "contract_erased" | "terms_fixed" | "legal_hold" | "replacement_waits" | "attestation_replaced" | "replacement_requested" | "too_many_odometer_events" | "report_not_ready" | "request_in_progress" | "too_many_webhook_endpoints" | "webhook_endpoint_disabled" | "precondition_failed" | "body_too_large" | "unsupported_media_type" | "idempotency_key_reused" | "precondition_required" | "asked_recently" | "rate_limited" | "internal" | "vehicle_platform_busy";
      /** Also in the header `x-request-id`; tell us this one. */
      readonly requestId: string;
      readonly errors?: readonly ({
        readonly field: string;
        readonly message: string;
      })[];
    };
    readonly Reading: {
      readonly id: string;
      /** When the car measured it. */
      readonly recordedAt: string;
      /** When it came here. */
      readonly fetchedAt: string;
      /** What the odometer showed, in whole metres. */
      readonly metres: number;
      /** The value as the platform sent it. */
      readonly shown: {
        readonly distance: number;
        readonly unit: "km" | "mi";
      };
      /** `poll`: the car was asked; `push`: it told by itself; `manual`: somebody read it off. */
      readonly source: "poll" | "push" | "manual";
      /** Version of the vehicle platform. */
      readonly platform: "v2" | "v3";
      /** The VIN that came with it; null when none did. */
      readonly vin: string | null;
      /** Id of the connection that it came over. */
      readonly connection: string;
      /** The vehicle platform’s own id of the request or the event. */
      readonly requestId: string;
    };
    readonly ReadingClaim: {
      readonly metres: number;
      /** When the car measured. */
      readonly recordedAt: string;
      /** When the answer reached us. */
      readonly fetchedAt: string;
      /** The vehicle platform’s id of the request. Left out where a statement would be too large to sign. */
      readonly requestId?: string;
      /** The unit as it was sent. */
      readonly unit: "km" | "mi";
      readonly source: "poll" | "push" | "manual";
    };
    readonly ReadingRequest: {
      readonly askedAt: string;
      /** `waiting`: the car has yet to be asked. `read`: there is a reading. `asleep`: the car did not answer; it is asked again when a reading is due anyway. `not_yet_recorded`: it answered, and has measured nothing new. `not_asked`: there was no connection to ask over any more. Else why it was refused. */
      readonly state: "waiting" | "read" | "not_yet_recorded" | "asleep" | "unavailable" | "rate_limited" | "reconnect_needed" | "owner_must_act" | "refused" | "not_asked";
      /** While it waits: when there should be an answer. Later, where the vehicle platform’s allowance is used up. */
      readonly expectedBy: string | null;
      readonly answeredAt: string | null;
      /** Id of the reading that came of it. */
      readonly reading: string | null;
    };
    readonly Reconnect: {
      /** Send this to the driver. Opening it uses nothing up. It works until `expiresAt`, and only while the connection stands so. */
      readonly url: string;
      /** Ask again for a later one. */
      readonly expiresAt: string;
    };
    readonly ReplacementRequest: {
      readonly attestation: string;
      readonly reason: "late_reading" | "odometer_declared" | "disputed" | "requested_by_authority" | "key_compromised" | "other";
      readonly askedAt: string;
      /** `unchanged`: what is known now says the same. `not_possible`: readings that it or a later attestation rests on are gone. */
      readonly state: "waiting" | "replaced" | "unchanged" | "not_possible";
      readonly answeredAt: string | null;
    };
    readonly Report: {
      readonly id: string;
      /** `queued`: it will be built. `building`: it is. `ready`: it can be downloaded. `failed`: it was not built; `reason` says why. */
      readonly state: "queued" | "building" | "ready" | "failed";
      readonly format: "csv" | "bundle" | "pdf";
      /** null: it is on all contracts, for one month. */
      readonly contractId: string | null;
      readonly from: string | null;
      readonly to: string | null;
      readonly periodId: string | null;
      /** Of a PDF. */
      readonly language: "en" | "nl" | "fr" | "de" | null;
      readonly createdAt: string;
      /** When it was ready, or had failed. */
      readonly endedAt: string | null;
      /** Until when it can be downloaded; then ask for another. */
      readonly expiresAt: string;
      /** `contract_erased`: nothing is left to report on. `nothing_stated`: there is nothing yet that a bundle could hold, or a PDF of these months show. `too_large`: a PDF has at most 500 statements on its pages, of a contract with at most 1,000; ask for fewer months, or for a bundle. `internal`: our fault, and we are told; it may be ready yet. */
      readonly reason: "contract_erased" | "nothing_stated" | "too_large" | "internal" | null;
      /** Statements in it. */
      readonly lines: number | null;
      /** How long the file is. */
      readonly bytes: number | null;
      /** SHA-256 of the file, in hex. */
      readonly sha256: string | null;
    };
    readonly RunItem: {
      readonly contract: string;
      readonly reference: string;
      readonly from: string;
      readonly to: string;
      /** When the month is stated, reading or not. */
      readonly deadline: string;
      /** `upcoming`: the month is to come. `running`: it is not over. It is over, and: `due`: the car has yet to answer. `read`: there is a reading; the statement is to come. `asleep`: the car was asked and slept; it is asked again. `waiting_for_driver`: the driver has to connect, or to do something at the maker. `failed`: it needs us: the vehicle platform refuses us, or the deadline has passed without a statement. `attested`: stated with a distance, or with why there is none. `no_reading`: stated without a reading. */
      readonly status: "upcoming" | "running" | "due" | "read" | "asleep" | "waiting_for_driver" | "failed" | "attested" | "no_reading";
      /** Of what is stated. */
      readonly verdict: "logical" | "illogical" | "no_judgement" | null;
      /** Why there is no reading; while it waits for the driver, what the month is stated with if it stays so. */
      readonly reason: "asleep" | "not_connected" | "reconnect_needed" | "consent_withdrawn" | "refused" | "overdue" | null;
      readonly distanceMetres: number | null;
      /** Id of the statement. */
      readonly attestation: string | null;
    };
    readonly RunPage: {
      readonly period: string;
      /** Of the whole run, when it was counted last: every quarter of an hour after a month or a deadline ends, then ever more rarely. A run that is complete keeps its counts, and `run.completed` is told, once; what is made or stated again afterwards for this month is in the lines. null: not counted yet (the month runs everywhere), or a month that was over when the tenant came to be. */
      readonly totals: {
        /** When the count began: nothing in it is older. */
        readonly asOf: string;
        /** Every contract that has the month is stated: it is not counted again. */
        readonly complete: boolean;
        readonly upcoming: number;
        readonly running: number;
        readonly due: number;
        readonly read: number;
        readonly asleep: number;
        readonly waiting_for_driver: number;
        readonly failed: number;
        readonly attested: number;
        readonly no_reading: number;
        /** All that have this month; each is counted under one status. */
        readonly contracts: number;
        /** Of those that are attested. */
        readonly byVerdict: {
          readonly logical: number;
          readonly illogical: number;
          readonly no_judgement: number;
        };
        /** Of those that ended without a reading. */
        readonly byReason: {
          readonly asleep: number;
          readonly not_connected: number;
          readonly reconnect_needed: number;
          readonly consent_withdrawn: number;
          readonly refused: number;
        };
      } | null;
      /** Of the contracts that this page looked at, whichever it shows. */
      readonly counts: {
        readonly upcoming: number;
        readonly running: number;
        readonly due: number;
        readonly read: number;
        readonly asleep: number;
        readonly waiting_for_driver: number;
        readonly failed: number;
        readonly attested: number;
        readonly no_reading: number;
        /** All that have this month; each is counted under one status. */
        readonly contracts: number;
        /** Of those that are attested. */
        readonly byVerdict: {
          readonly logical: number;
          readonly illogical: number;
          readonly no_judgement: number;
        };
        /** Of those that ended without a reading. */
        readonly byReason: {
          readonly asleep: number;
          readonly not_connected: number;
          readonly reconnect_needed: number;
          readonly consent_withdrawn: number;
          readonly refused: number;
        };
      };
      readonly items: readonly (components["schemas"]["RunItem"])[];
      /** Cursor of the next page; null on the last one. */
      readonly next: string | null;
    };
    readonly Share: {
      readonly id: string;
      readonly reportId: string;
      /** `open`: it shows the report. `used_up`: it has been opened as often as it may. `expired`, `revoked`: it shows nothing any more. */
      readonly state: "open" | "used_up" | "expired" | "revoked";
      /** Claims that it does not show. */
      readonly withheld: readonly ("vin" | "make" | "model" | "year" | "reference" | "vendorVehicleId" | "consentId")[];
      /** How often it shows the report. */
      readonly viewLimit: number;
      /** How often it has. */
      readonly views: number;
      /** When each of them was. */
      readonly viewedAt: readonly (string)[];
      /** How often somebody came when it was not open any more. */
      readonly refusals: number;
      /** When that was last. */
      readonly refusedAt: string | null;
      readonly createdAt: string;
      /** Until when it is open: no longer than there is the report. */
      readonly expiresAt: string;
      readonly revokedAt: string | null;
    };
    readonly ShareWithLink: {
      readonly id: string;
      readonly reportId: string;
      /** `open`: it shows the report. `used_up`: it has been opened as often as it may. `expired`, `revoked`: it shows nothing any more. */
      readonly state: "open" | "used_up" | "expired" | "revoked";
      /** Claims that it does not show. */
      readonly withheld: readonly ("vin" | "make" | "model" | "year" | "reference" | "vendorVehicleId" | "consentId")[];
      /** How often it shows the report. */
      readonly viewLimit: number;
      /** How often it has. */
      readonly views: number;
      /** When each of them was. */
      readonly viewedAt: readonly (string)[];
      /** How often somebody came when it was not open any more. */
      readonly refusals: number;
      /** When that was last. */
      readonly refusedAt: string | null;
      readonly createdAt: string;
      /** Until when it is open: no longer than there is the report. */
      readonly expiresAt: string;
      readonly revokedAt: string | null;
      /** The link: whoever has it sees the report. Shown once: null where the request is repeated. */
      readonly url: string | null;
      /** Whether the link was shown before, and cannot be shown again. */
      readonly secretShown: boolean;
    };
    /** Ids alone: whoever is told asks the API for the rest. */
    readonly WebhookBody: {
      readonly type: "contract.connected" | "connection.action_required" | "connection.reauth_required" | "connection.withdrawn" | "reading.recorded" | "period.asleep" | "attestation.issued" | "attestation.flagged" | "attestation.replaced" | "run.completed" | "report.ready" | "report.failed" | "webhook.disabled" | "webhook.test";
      /** When it happened. */
      readonly timestamp: string;
      /** Counts the deliveries of the endpoint without a hole: what is missing was not received. What happens while it is disabled has no number. */
      readonly sequence: number;
      /** Ids of what it is about, and a reason where there is one. */
      readonly data: { readonly [name: string]: string };
    };
    readonly WebhookDelivery: {
      readonly id: string;
      readonly endpoint: string;
      /** The `sequence` of what is sent: its number among the deliveries of the endpoint. */
      readonly sequence: number;
      /** `pending`: it is sent, or tried again, until it has arrived or failed. */
      readonly state: "pending" | "delivered" | "failed";
      readonly event: components["schemas"]["Event"];
      /** Oldest first; of those before a redelivery the newest 20. */
      readonly attempts: readonly ({
        readonly at: string;
        /** HTTP status of the answer; null when none came. */
        readonly status: number | null;
        /** Why no answer came: `timeout`, `network`, `no_such_name`, `address_refused`, `url_refused`; null when one did. */
        readonly error: string | null;
      })[];
    };
    readonly WebhookEndpoint: {
      readonly id: string;
      readonly url: string;
      /** What it is told of; null: everything. */
      readonly types: readonly (string)[] | null;
      readonly state: "enabled" | "disabled";
      /** Why it is disabled. `tenant`: you asked for it; `gone`: it answered 410; `failing`: nothing has arrived for five days, in which something was sent at least every other day. */
      readonly reason: "tenant" | "gone" | "failing" | null;
      readonly disabledAt: string | null;
      /** Since when nothing has arrived, though something was sent. */
      readonly failingSince: string | null;
      readonly createdAt: string;
    };
    readonly WebhookEndpointChange: {
      /** What is on its way when it is disabled has failed; what happens while it is, `GET /v1/events` alone tells. */
      readonly state?: "enabled" | "disabled";
      /** What it is told of; null: everything. One type or more, each once. */
      readonly types?: readonly ("contract.connected" | "connection.action_required" | "connection.reauth_required" | "connection.withdrawn" | "reading.recorded" | "period.asleep" | "attestation.issued" | "attestation.flagged" | "attestation.replaced" | "run.completed" | "report.ready" | "report.failed" | "webhook.disabled")[] | null;
    };
    readonly WebhookEndpointWithSecret: {
      readonly id: string;
      readonly url: string;
      /** What it is told of; null: everything. */
      readonly types: readonly (string)[] | null;
      readonly state: "enabled" | "disabled";
      /** Why it is disabled. `tenant`: you asked for it; `gone`: it answered 410; `failing`: nothing has arrived for five days, in which something was sent at least every other day. */
      readonly reason: "tenant" | "gone" | "failing" | null;
      readonly disabledAt: string | null;
      /** Since when nothing has arrived, though something was sent. */
      readonly failingSince: string | null;
      readonly createdAt: string;
      /** `whsec_` and base64: what signatures are verified with. Shown once: null where the request is repeated. */
      readonly secret: string | null;
      /** Whether the secret was shown before, and cannot be shown again. */
      readonly secretShown: boolean;
      /** Until when the secret before signs as well. */
      readonly secretBeforeUntil: string | null;
    };
  };
  readonly responses: {
    /**
     * `body_too_large`: The body is larger than 256 KB.
     *
     * From the gateway: Request Entity Too Large.
     */
    readonly body_too_large: {
      readonly headers: {
        readonly "x-request-id"?: string;
        readonly "apigw-requestid": string;
      };
      readonly content: {
        readonly "application/problem+json": components["schemas"]["Problem"];
        readonly "application/json": components["schemas"]["GatewayAnswer"];
      };
    };
    /**
     * `contract_erased`: The contract is being erased, or has been.
     *
     * `terms_fixed`: The first month of the contract is over: its zone, start, day offset and deadline are fixed.
     */
    readonly "contract_erased-or-terms_fixed": {
      readonly headers: {
        readonly "x-request-id": string;
      };
      readonly content: {
        readonly "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /** From the gateway: Service Unavailable. */
    readonly gateway_503: {
      readonly headers: {
        readonly "apigw-requestid": string;
      };
      readonly content: {
        readonly "application/json": components["schemas"]["GatewayAnswer"];
      };
    };
    /** `idempotency_key_reused`: This Idempotency-Key stands for another request. */
    readonly idempotency_key_reused: {
      readonly headers: {
        readonly "x-request-id": string;
      };
      readonly content: {
        readonly "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /**
     * `internal`: Something went wrong on our side.
     *
     * From the gateway: Internal Server Error.
     */
    readonly internal: {
      readonly headers: {
        readonly "x-request-id"?: string;
        readonly "apigw-requestid": string;
      };
      readonly content: {
        readonly "application/problem+json": components["schemas"]["Problem"];
        readonly "application/json": components["schemas"]["GatewayAnswer"];
      };
    };
    /** `invalid_request`: The request has fields that are missing, unknown or wrong. */
    readonly invalid_request: {
      readonly headers: {
        readonly "x-request-id": string;
      };
      readonly content: {
        readonly "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /**
     * `invalid_request`: The request has fields that are missing, unknown or wrong.
     *
     * `malformed_json`: The body is not JSON.
     */
    readonly "invalid_request-or-malformed_json": {
      readonly headers: {
        readonly "x-request-id": string;
      };
      readonly content: {
        readonly "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /** `missing_scope`: The API key does not have the scope that this needs. */
    readonly missing_scope: {
      readonly headers: {
        readonly "x-request-id": string;
      };
      readonly content: {
        readonly "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /** `not_acceptable`: This cannot be given in the form you accept. */
    readonly not_acceptable: {
      readonly headers: {
        readonly "x-request-id": string;
      };
      readonly content: {
        readonly "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /**
     * `not_found`: There is nothing here, or it is not yours.
     *
     * From the gateway: Not Found.
     */
    readonly not_found: {
      readonly headers: {
        readonly "x-request-id"?: string;
        readonly "apigw-requestid": string;
      };
      readonly content: {
        readonly "application/problem+json": components["schemas"]["Problem"];
        readonly "application/json": components["schemas"]["GatewayAnswer"];
      };
    };
    /** `precondition_failed`: This has changed since you read it. */
    readonly precondition_failed: {
      readonly headers: {
        readonly "x-request-id": string;
      };
      readonly content: {
        readonly "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /** `precondition_required`: Say with If-Match which state you mean to change. */
    readonly precondition_required: {
      readonly headers: {
        readonly "x-request-id": string;
      };
      readonly content: {
        readonly "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /**
     * `rate_limited`: Too many requests; try again after the time in Retry-After.
     *
     * From the gateway: Too Many Requests.
     */
    readonly rate_limited: {
      readonly headers: {
        readonly "x-request-id"?: string;
        readonly "retry-after"?: string;
        readonly "apigw-requestid": string;
      };
      readonly content: {
        readonly "application/problem+json": components["schemas"]["Problem"];
        readonly "application/json": components["schemas"]["GatewayAnswer"];
      };
    };
    /**
     * `rate_limited`: Too many requests; try again after the time in Retry-After.
     *
     * `asked_recently`: The car was asked less than 15 minutes ago; try again after the time in Retry-After.
     *
     * From the gateway: Too Many Requests.
     */
    readonly "rate_limited-or-asked_recently": {
      readonly headers: {
        readonly "x-request-id"?: string;
        readonly "retry-after"?: string;
        readonly "apigw-requestid": string;
      };
      readonly content: {
        readonly "application/problem+json": components["schemas"]["Problem"];
        readonly "application/json": components["schemas"]["GatewayAnswer"];
      };
    };
    /** `report_not_ready`: The report is not ready: nothing can be downloaded. */
    readonly report_not_ready: {
      readonly headers: {
        readonly "x-request-id": string;
      };
      readonly content: {
        readonly "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /** `request_in_progress`: A request with this Idempotency-Key is being worked on. */
    readonly request_in_progress: {
      readonly headers: {
        readonly "x-request-id": string;
        readonly "retry-after": string;
      };
      readonly content: {
        readonly "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /**
     * `request_in_progress`: A request with this Idempotency-Key is being worked on.
     *
     * `attestation_replaced`: Another attestation has taken the place of this one.
     *
     * `replacement_requested`: Another attestation of the contract has yet to be stated again.
     *
     * `contract_erased`: The contract is being erased, or has been.
     */
    readonly "request_in_progress-or-attestation_replaced-or-replacement_requested-or-contract_erased": {
      readonly headers: {
        readonly "x-request-id": string;
        readonly "retry-after"?: string;
      };
      readonly content: {
        readonly "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /**
     * `request_in_progress`: A request with this Idempotency-Key is being worked on.
     *
     * `contract_erased`: The contract is being erased, or has been.
     */
    readonly "request_in_progress-or-contract_erased": {
      readonly headers: {
        readonly "x-request-id": string;
        readonly "retry-after"?: string;
      };
      readonly content: {
        readonly "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /**
     * `request_in_progress`: A request with this Idempotency-Key is being worked on.
     *
     * `contract_erased`: The contract is being erased, or has been.
     *
     * `replacement_waits`: Another replacement of the odometer has yet to be told in a statement.
     *
     * `too_many_odometer_events`: There are as many odometer events as a contract may have.
     */
    readonly "request_in_progress-or-contract_erased-or-replacement_waits-or-too_many_odometer_events": {
      readonly headers: {
        readonly "x-request-id": string;
        readonly "retry-after"?: string;
      };
      readonly content: {
        readonly "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /**
     * `request_in_progress`: A request with this Idempotency-Key is being worked on.
     *
     * `contract_not_over`: The contract has not ended, or not all of it is stated yet.
     *
     * `legal_hold`: A legal hold is on the contract: nothing of it may be erased.
     */
    readonly "request_in_progress-or-contract_not_over-or-legal_hold": {
      readonly headers: {
        readonly "x-request-id": string;
        readonly "retry-after"?: string;
      };
      readonly content: {
        readonly "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /**
     * `request_in_progress`: A request with this Idempotency-Key is being worked on.
     *
     * `contract_over`: All of the contract is stated: nothing is read any more.
     */
    readonly "request_in_progress-or-contract_over": {
      readonly headers: {
        readonly "x-request-id": string;
        readonly "retry-after"?: string;
      };
      readonly content: {
        readonly "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /**
     * `request_in_progress`: A request with this Idempotency-Key is being worked on.
     *
     * `not_connected`: The car cannot be asked: no connection can be read from.
     *
     * `contract_not_begun`: The contract has not begun.
     *
     * `contract_over`: All of the contract is stated: nothing is read any more.
     */
    readonly "request_in_progress-or-not_connected-or-contract_not_begun-or-contract_over": {
      readonly headers: {
        readonly "x-request-id": string;
        readonly "retry-after"?: string;
      };
      readonly content: {
        readonly "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /**
     * `request_in_progress`: A request with this Idempotency-Key is being worked on.
     *
     * `reference_taken`: A contract with this reference exists.
     *
     * `contract_erased`: The contract is being erased, or has been.
     */
    readonly "request_in_progress-or-reference_taken-or-contract_erased": {
      readonly headers: {
        readonly "x-request-id": string;
        readonly "retry-after"?: string;
      };
      readonly content: {
        readonly "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /**
     * `request_in_progress`: A request with this Idempotency-Key is being worked on.
     *
     * `report_not_ready`: The report is not ready: nothing can be downloaded.
     */
    readonly "request_in_progress-or-report_not_ready": {
      readonly headers: {
        readonly "x-request-id": string;
        readonly "retry-after"?: string;
      };
      readonly content: {
        readonly "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /**
     * `request_in_progress`: A request with this Idempotency-Key is being worked on.
     *
     * `too_many_webhook_endpoints`: There are as many webhook endpoints as there may be.
     */
    readonly "request_in_progress-or-too_many_webhook_endpoints": {
      readonly headers: {
        readonly "x-request-id": string;
        readonly "retry-after"?: string;
      };
      readonly content: {
        readonly "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /**
     * `request_in_progress`: A request with this Idempotency-Key is being worked on.
     *
     * `webhook_endpoint_disabled`: The webhook endpoint is disabled: enable it first.
     */
    readonly "request_in_progress-or-webhook_endpoint_disabled": {
      readonly headers: {
        readonly "x-request-id": string;
        readonly "retry-after"?: string;
      };
      readonly content: {
        readonly "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /**
     * `unauthorized`: The API key is missing, unknown, expired or revoked.
     *
     * From the gateway: Unauthorized.
     */
    readonly unauthorized: {
      readonly headers: {
        readonly "x-request-id"?: string;
        readonly "www-authenticate"?: string;
        readonly "apigw-requestid": string;
      };
      readonly content: {
        readonly "application/problem+json": components["schemas"]["Problem"];
        readonly "application/json": components["schemas"]["GatewayAnswer"];
      };
    };
    /** `unsupported_media_type`: The body must be application/json. */
    readonly unsupported_media_type: {
      readonly headers: {
        readonly "x-request-id": string;
      };
      readonly content: {
        readonly "application/problem+json": components["schemas"]["Problem"];
      };
    };
    /**
     * `vehicle_platform_busy`: The vehicle platform cannot be asked right now.
     *
     * From the gateway: Service Unavailable.
     */
    readonly vehicle_platform_busy: {
      readonly headers: {
        readonly "x-request-id"?: string;
        readonly "retry-after"?: string;
        readonly "apigw-requestid": string;
      };
      readonly content: {
        readonly "application/problem+json": components["schemas"]["Problem"];
        readonly "application/json": components["schemas"]["GatewayAnswer"];
      };
    };
  };
}
