// What to do, in French.
import type { Advice, AdviceTexts } from '../texts.ts';

const AGAIN = 'Ouvrez à nouveau le lien de votre message';
const again = 'ouvrez à nouveau le lien de votre message';

const general: Advice = {
  title: 'La connexion n’a pas été établie',
  text: `Rien n’est partagé. ${AGAIN} dans quelques minutes.`,
};

export const frenchAdvice: AdviceTexts = {
  tasks: {
    confirm: {
      title: 'Confirmez quelque chose dans l’application du constructeur',
      text: 'Le constructeur attend quelque chose de vous avant que votre voiture puisse être lue, par exemple l’acceptation de nouvelles conditions ou l’activation d’un compte. Ouvrez l’application du constructeur, connectez-vous et confirmez ce qu’elle demande.',
    },
    add_car: {
      title: 'Ajoutez votre voiture dans l’application du constructeur',
      text: 'Le compte du constructeur que vous avez connecté ne contient plus de voiture. Ajoutez votre voiture dans l’application du constructeur.',
    },
    activate_service: {
      title: 'Activez le service en ligne de votre voiture',
      text: 'Le service en ligne du constructeur pour votre voiture a expiré ou n’a jamais été activé. Activez-le ou renouvelez-le dans l’application du constructeur (pour une Citroën : My Citroën).',
    },
    car_missing: {
      title: 'Votre voiture manque dans le compte du constructeur',
      text: 'Le compte que vous avez connecté ne contient plus cette voiture. Si elle est toujours à vous, ajoutez-la de nouveau dans l’application du constructeur. Si vous l’avez vendue ou rendue, prévenez votre assureur ou société de leasing.',
    },
    virtual_key: {
      title: 'Ajoutez la clé virtuelle à votre Tesla',
      text: 'Tesla ne laisse lire une voiture que si elle contient une clé virtuelle. Sur votre téléphone, avec l’application Tesla installée, ouvrez tesla.com/_ak/smartcar.com et ajoutez la clé en étant près de la voiture.',
    },
    remote_access: {
      title: 'Autorisez l’accès à distance dans votre voiture',
      text: 'L’accès depuis l’extérieur est désactivé dans la voiture. Activez-le dans les réglages de la voiture, sous confidentialité, partage de données ou services connectés.',
    },
    agree: {
      title: 'Acceptez encore une fois ce qui est partagé',
      text: 'Le constructeur ne nous laisse plus lire le kilométrage, le numéro d’identification du véhicule ou le modèle, parce que vous ou le constructeur avez retiré cette autorisation. Si vous voulez continuer, acceptez les trois en vous connectant.',
    },
    login: {
      title: 'Connectez votre voiture de nouveau',
      text: 'Le service du constructeur n’accepte plus la connexion. Votre accord reste valable, mais rien ne peut être lu sans une nouvelle connexion chez le constructeur.',
    },
    password: {
      title: 'Connectez-vous de nouveau chez le constructeur',
      text: 'Votre mot de passe ou votre identifiant chez le constructeur a changé : le constructeur ne nous laisse plus entrer. Vérifiez dans l’application du constructeur que vous pouvez vous connecter.',
    },
    rights: {
      title: 'Votre compte chez le constructeur n’a plus ce droit',
      text: 'Le constructeur indique que votre compte n’a plus de droits sur cette voiture. Demandez à la personne qui a enregistré la voiture d’autoriser votre compte, ou connectez-vous avec le compte qui a ce droit.',
    },
    look: {
      title: 'Le constructeur attend d’abord quelque chose de vous',
      text: 'Votre voiture ne peut pas être lue, parce que le constructeur attend quelque chose de vous. Ouvrez l’application du constructeur, connectez-vous et voyez ce qu’elle demande.',
    },
  },
  endings: {
    byItself: 'Ensuite, vous n’avez plus rien à faire : votre voiture est de nouveau lue d’elle-même.',
    again: 'Ensuite, ouvrez de nouveau le lien de votre message.',
    freshLogin:
      'Connectez ensuite votre voiture de nouveau : avec le bouton de votre page personnelle, ou avec un nouveau lien de votre assureur ou société de leasing.',
  },
  advice: {
    access_denied: {
      title: 'Vous n’avez pas donné votre accord',
      text: `Rien n’est partagé. Si vous changez d’avis, ${again} et donnez votre accord.`,
    },
    vehicle_incompatible: {
      title: 'Cette voiture ne peut pas être connectée',
      text: 'La voiture n’a pas de connexion en ligne utilisable, ou ne transmet pas son kilométrage. Veuillez prévenir votre assureur ou votre loueur, afin que le kilométrage lui parvienne autrement.',
    },
    invalid_subscription: {
      title: 'Le service en ligne de la voiture n’est pas actif',
      text: `Activez les services connectés dans l’application du constructeur (pour une Citroën, My Citroën). Ensuite, ${again}.`,
    },
    no_vehicles: {
      title: 'Aucune voiture dans ce compte',
      text: `Ajoutez la voiture dans l’application du constructeur, ou identifiez-vous avec le compte auquel elle appartient. Ensuite, ${again}.`,
    },
    configuration_error: {
      title: 'Un réglage n’est pas correct',
      text: 'C’est notre faute, pas la vôtre, et nous en sommes informés. Rien n’est partagé. Veuillez réessayer demain.',
    },
    server_error: {
      title: 'Le service du constructeur n’a pas répondu',
      text: `Rien n’est partagé. ${AGAIN} dans quelques minutes.`,
    },
    cancelled: { title: 'Vous êtes revenu en arrière', text: `Rien n’est partagé. Pour continuer, ${again}.` },
    unknown: general,
    exchange_failed: general,
    wrong_vin: {
      title: 'C’est une autre voiture',
      text: `La voiture que vous avez choisie n’est pas celle de votre contrat. Rien n’est partagé. ${AGAIN} et choisissez la voiture du contrat.`,
    },
    vin_unknown: {
      title: 'Nous n’avons pas pu reconnaître la voiture',
      text: `La voiture n’a pas indiqué son numéro d’identification en six heures, nous ne savons donc pas si c’est celle de votre contrat. Rien n’est partagé. Roulez un peu, puis ${again}. Si cela se reproduit, prévenez votre assureur ou société de leasing.`,
    },
    several_vehicles: {
      title: 'Plusieurs voitures ont été choisies',
      text: `Rien n’est partagé. ${AGAIN} et choisissez uniquement la voiture du contrat.`,
    },
    missing_permission: {
      title: 'Le kilométrage n’a pas été partagé',
      text: `Sans le kilométrage, le numéro d’identification du véhicule et le modèle, nous ne pouvons pas continuer. ${AGAIN} et acceptez les trois.`,
    },
    login_refused: {
      title: 'Le constructeur n’a pas accepté l’identification',
      text: `Vérifiez dans l’application du constructeur que vous pouvez vous identifier. Ensuite, ${again}.`,
    },
    owner_must_act: {
      title: 'Le constructeur attend d’abord quelque chose de vous',
      text: `Ouvrez l’application du constructeur, identifiez-vous et confirmez ce qu’elle demande. Ensuite, ${again}.`,
    },
    link_unknown: {
      title: 'Ce lien ne fonctionne plus',
      text: 'Il a expiré ou n’a pas été copié en entier. Veuillez en demander un nouveau à votre assureur ou à votre loueur.',
    },
    foreign_form: {
      title: 'Cela ne venait pas de notre page',
      text: `Rien n’a été commencé. ${AGAIN} et continuez à partir de là.`,
    },
    state_unknown: {
      title: 'Cette page ne peut pas continuer',
      text: `Cela a duré plus de dix minutes, ou a été commencé dans un autre navigateur. ${AGAIN}, dans ce navigateur.`,
    },
    state_used: {
      title: 'Cette étape est déjà faite',
      text: 'Rien n’a été fait deux fois. Une autre page dit ce qu’il en est.',
    },
    link_shown: {
      title: 'Votre lien personnel a déjà été affiché',
      text: 'Il n’est affiché qu’une fois. Si vous ne l’avez pas gardé, vous en obtiendrez un nouveau en connectant à nouveau votre voiture.',
    },
    fault: {
      title: 'Un problème est survenu de notre côté',
      text: `Nous en sommes informés. ${AGAIN} dans quelques minutes.`,
    },
    token_refused: {
      title: 'La connexion a pris fin',
      text: 'Le service du constructeur ne l’accepte plus. Veuillez demander un nouveau lien à votre assureur ou à votre loueur.',
    },
    withdrawn: {
      title: 'Vous avez retiré votre accord',
      text: 'Plus rien n’est partagé. Pour partager à nouveau, demandez un nouveau lien à votre assureur ou à votre loueur.',
    },
    ended_by_insurer: {
      title: 'Votre voiture n’est plus partagée',
      text: 'Votre assureur ou votre loueur a mis fin à la connexion. Plus rien n’est partagé, et vous n’avez rien à faire.',
    },
    replaced: {
      title: 'Une connexion plus récente a remplacé celle-ci',
      text: 'Votre voiture a été connectée à nouveau plus tard, et c’est cette connexion qui compte. Vous n’avez rien d’autre à faire.',
    },
    ended: {
      title: 'Le contrat est terminé',
      text: 'Plus rien n’est partagé, et vous n’avez rien à faire.',
    },
    my_data_unknown: {
      title: 'Ce lien personnel ne fonctionne pas',
      text: 'Il n’a pas été copié en entier, ou ne mène à rien. Vous en obtiendrez un nouveau en connectant à nouveau votre voiture. Pour cela, demandez un lien à votre assureur ou à votre loueur.',
    },
    my_data_replaced: {
      title: 'Ce lien personnel a été remplacé',
      text: 'Votre voiture a été connectée à nouveau plus tard. Utilisez le lien personnel affiché à ce moment-là. Si vous ne l’avez pas, demandez un lien à votre assureur ou à votre loueur et connectez la voiture encore une fois.',
    },
    my_data_foreign_form: {
      title: 'Cela ne venait pas de notre page',
      text: 'Rien n’a été modifié. Ouvrez à nouveau votre lien personnel et continuez à partir de là.',
    },
    my_data_fault: {
      title: 'Un problème est survenu de notre côté',
      text: 'Nous en sommes informés. Ouvrez à nouveau votre lien personnel dans quelques minutes. Il indique si votre accord est toujours valable.',
    },
  },
};
