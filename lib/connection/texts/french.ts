// The driver's pages in French.
import { frenchAdvice } from './advice/french.ts';
import type { Texts } from './texts.ts';

export const french: Texts = {
  ...frenchAdvice,
  locale: 'fr-FR',
  link: {
    title: 'Connecter votre voiture',
    ask: {
      insurance:
        '{tenant} demande à lire le kilométrage de votre voiture une fois par mois pour votre contrat d’assurance {reference}.',
      lease:
        '{tenant} demande à lire le kilométrage de votre voiture une fois par mois pour votre contrat de location {reference}.',
    },
    sharedHeading: 'Ce qui est partagé',
    shared: ['le kilométrage', 'le numéro d’identification du véhicule, la marque, le modèle et l’année'],
    notSharedHeading: 'Ce qui n’est pas partagé',
    notShared: 'Où vous êtes, comment vous conduisez, ou quoi que ce soit d’autre.',
    stopHeading: 'Comment arrêter',
    stop: 'Vous pouvez retirer votre accord à tout moment, avec le lien personnel que vous recevrez une fois votre voiture connectée, ou en prévenant {tenant}.',
    brand: 'La marque de votre voiture',
    otherBrand: 'Une autre marque',
    proceed: 'Continuer vers la connexion chez le constructeur',
    login:
      'Vous vous identifiez chez le constructeur (pour une Citroën, My Citroën). Nous ne voyons jamais votre mot de passe. Rien n’est partagé avant que vous n’y donniez votre accord.',
  },
  waiting: {
    title: 'Connexion de votre voiture',
    soon: 'Votre accord est arrivé. Nous vérifions que c’est la bonne voiture. Cette page se recharge toute seule.',
    late: 'C’est plus long que d’habitude, car la voiture ou le service du constructeur ne répond pas encore. Nous continuons d’essayer. Vous pouvez laisser cette page ouverte ou la fermer. Votre accord est conservé et vous n’avez rien d’autre à faire.',
  },
  connected: {
    title: 'Votre voiture est connectée',
    thanks: 'Merci. La connexion avec {car} est établie.',
    yourCar: 'votre voiture',
    next: '{tenant} lit désormais le kilométrage une fois par mois. Vous n’avez rien d’autre à faire.',
    myDataHeading: 'Conservez votre lien personnel',
    myData:
      'Il montre ce que vous partagez et vous permet de retirer votre accord. Ce bouton l’ouvre une seule fois. Ajoutez à vos favoris la page qui s’ouvre. Quiconque possède ce lien peut faire de même, gardez-le donc pour vous. Vous en obtiendrez un nouveau en connectant à nouveau votre voiture.',
    myDataLink: 'Mes données, ce que je partage et comment arrêter',
    myDataShown:
      'Il a été ouvert dans ce navigateur, ou son heure est passée. Si vous ne l’avez pas gardé, vous en obtiendrez un nouveau en connectant à nouveau votre voiture.',
  },
  seeProgress: 'Voir ce qu’il en est',
  back: 'Retour vers {tenant}',
  myData: {
    title: 'Mes données',
    states: {
      pending: 'Vous avez donné votre accord. Nous vérifions que c’est la bonne voiture.',
      active: 'Vous partagez le kilométrage de votre voiture.',
      action_required: 'Vous partagez le kilométrage de votre voiture, mais elle ne peut pas être lue en ce moment.',
      reauth_required:
        'Le service du constructeur n’accepte plus la connexion, rien ne peut donc être lu. Votre accord reste valable jusqu’à ce que vous le retiriez.',
      withdrawn: 'Votre voiture n’est plus lue.',
      ended: 'Votre contrat est terminé, et votre voiture n’est plus lue.',
    },
    sharedHeading: 'Ce qui est partagé, et depuis quand',
    sharedBefore: 'Ce qui était partagé',
    car: 'Voiture',
    unknownCar: 'pas encore connue',
    vin: 'Numéro d’identification du véhicule',
    vinEnd: 'se termine par {end}',
    receiver: 'Partagé avec',
    contract: { insurance: 'Contrat d’assurance', lease: 'Contrat de location' },
    since: 'Accord donné',
    until: 'Partagé jusqu’au',
    consentText: 'Texte que vous avez accepté',
    asked: 'Ce que nous avons demandé',
    permissions: 'Ce qui peut être lu',
    permissionsBefore: 'Ce qui pouvait être lu',
    permissionNames: {
      read_odometer: 'le kilométrage',
      read_vin: 'le numéro d’identification du véhicule',
      read_vehicle_info: 'la marque, le modèle et l’année',
    },
    firstReading: 'Première lecture',
    lastReading: 'Dernière lecture',
    noReading: 'pas encore lue',
    reconnect: 'Connecter ma voiture de nouveau',
    withdrawHeading: 'Ne plus partager',
    withdraw: 'Retirer mon accord',
    withdrawMeans:
      'Dès lors, votre voiture n’est plus lue. Nous mettons fin à notre accès chez le constructeur, sauf si vous partagez encore la voiture pour un autre contrat. {tenant} est informé de votre retrait et conserve ce qui lui est déjà parvenu. Pour partager à nouveau, il vous faudra un nouveau lien de {tenant}.',
    confirm: 'Oui, retirer mon accord',
    afterwards:
      'Nous mettons fin à notre accès chez le constructeur, sauf si vous partagez encore la voiture pour un autre contrat. Si son service ne répond pas, nous réessayons et vous n’avez rien à faire. {tenant} conserve ce qui lui est déjà parvenu. Pour partager à nouveau, demandez un nouveau lien à {tenant}.',
  },
};
