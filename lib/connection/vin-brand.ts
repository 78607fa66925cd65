// Which brand made a car, from the first three characters of its VIN (world manufacturer identifier, ISO 3780). Only identifiers that
// stand for one brand alone: a maker that builds several under one identifier, as Seat and CUPRA, Opel and Vauxhall, Jeep and Dodge
// (1C4), or Subaru and Toyota (JF1), is not told from it, and neither is any that is not listed. Undefined is the honest answer then.
import { type Brand, brandOf } from './brands.ts';

const IDENTIFIERS: Readonly<Record<string, string>> = {
  'ALFA ROMEO': 'ZAR',
  AUDI: 'WAU WUA WA1 TRU',
  BMW: 'WBA WBS WBX WBY',
  BYD: 'LGX LC0',
  CITROEN: 'VF7 VR7 VS7',
  DACIA: 'UU1',
  DS: 'VR1',
  FIAT: 'ZFA',
  HONDA: 'JHM SHH SHS 1HG 2HG 19X',
  HYUNDAI: 'KMH TMA NLH',
  JAGUAR: 'SAJ SAD',
  JEEP: '1J4 1J8',
  KIA: 'KNA KND KNE U5Y U6Y',
  'LAND ROVER': 'SAL',
  MAZDA: 'JMZ JM1 JM3',
  'MERCEDES BENZ': 'WDB WDC WDD WDF W1K W1N W1V 4JG',
  MG: 'SDP LSJ',
  MINI: 'WMW',
  NISSAN: 'SJN VSK JN1 JN8 1N4 5N1',
  PEUGEOT: 'VF3 VR3',
  POLESTAR: 'LPS YSM',
  PORSCHE: 'WP0 WP1',
  RENAULT: 'VF1 VF6',
  RIVIAN: '7FC 7PD',
  SKODA: 'TMB',
  SUBARU: 'JF2 4S3 4S4',
  TESLA: '5YJ 7SA LRW XP7',
  VOLKSWAGEN: 'WVW WVG WV1 WV2 1VW 3VW',
  VOLVO: 'YV1 YV4 LYV 7JR',
};

const byIdentifier = new Map(
  Object.entries(IDENTIFIERS).flatMap(([make, identifiers]) => identifiers.split(' ').map((each) => [each, make])),
);

/** @param vin normalised */
export function brandOfVin(vin: string): Brand | undefined {
  return brandOf(byIdentifier.get(vin.slice(0, 3)) ?? '');
}
