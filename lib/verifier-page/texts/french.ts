// The page in French.
import type { PageTexts } from './texts.ts';

export const french: PageTexts = {
  name: 'Français',
  title: 'Vérifier un rapport kilométrique',
  intro:
    'Choisissez le PDF ou le dossier de preuves que vous avez reçu. La vérification se fait ici, dans votre navigateur : rien n’est envoyé, et une fois cette page ouverte, aucun réseau n’est nécessaire.',
  shared: {
    title: 'Un rapport kilométrique partagé',
    intro:
      'Ce rapport est venu avec ce qui le prouve, et il est vérifié ici, dans votre navigateur. Les données qui ne sont pas montrées ont été omises ; ce qui a été signé est vérifié malgré tout.',
    save: 'Enregistrer ce qui a été vérifié, pour le vérifier avec un autre programme',
  },
  choose: 'Fichiers à vérifier',
  hint: 'Un PDF, un dossier de preuves (JSON) ou des attestations (SD-JWT). Avec eux, si vous les avez : un jeu de clés (JWKS), la clé du journal, des listes de statut.',
  drop: 'Ou déposez-les sur cette page.',
  checking: 'Vérification en cours …',
  outcome: {
    verified: 'Vérifié : tous les contrôles sont concluants.',
    not_verified: 'Non vérifié : quelque chose ne concorde pas.',
    not_checked: 'La vérification n’a pas pu être faite.',
  },
  keys: {
    heading: 'Clés',
    served: (issuer, server) =>
      `Vérifié avec les clés de ${issuer}, telles que ${server} les a fournies avec cette page.`,
    files: (names) => `Vérifié avec les clés de ${names}.`,
    ownLog:
      'La clé du journal est celle du dossier : elle montre que le dossier concorde avec lui-même, non à qui est le journal.',
    none: 'Il n’y avait pas de clés pour vérifier.',
  },
  trust: {
    heading: 'À qui vous faites confiance ici',
    text: 'Cette page et ses clés viennent du serveur de l’émetteur du rapport : qu’elle vérifie correctement, c’est lui qui l’affirme. Si vous ne voulez pas lui faire confiance, vérifiez avec odoseal, le programme en ligne de commande, et avec des clés obtenues ailleurs : c’est un seul fichier, dont le SHA-256 est publié.',
  },
  steps: 'La vérification, étape par étape',
  stepsLanguage: 'Les étapes sont en anglais.',
  marks: { ok: 'concorde', no: 'ne concorde pas', '--': 'non démontré' },
  languages: 'Langue',
};
