"""What stands beside a bundle of evidence for its reader, in every language."""

from typing import Final

from bids.vocabulary import Language

READMES: Final[dict[Language, str]] = {
    Language.FI: """TODISTEET HYVÄKSYNNÄSTÄ

Tarkastus: avaa komentokehote, mene kansioon, jossa tämä zip on, ja anna
    python3 verify.py PAKETTI.zip
Ohjelma tarvitsee Pythonin (3.9 tai uudempi) eikä mitään muuta, ei verkkoakaan. Se kertoo, mikä pitää, ja jos jokin
ei pidä, ensimmäisen sellaisen nimen. Ota verify.py mieluiten muualta kuin paketista, jota epäilet.

Sisältö (kumppanin paketissa vain se, mikä sille kuuluu):
version.bin      tarjouksen versio sellaisena kuin se lähti; sen SHA-256 on version tunniste
offer-*.pdf      tarjous PDF-tiedostoina, offer.json ja offer.xml sama tietona
change-*.pdf     muutoksen hyväksynnässä: sivu siitä, mikä aiemmin sovitusta muuttuu
evidence.bin     todiste: mitä hyväksyttiin, milloin ja miten
identities.json  kirjoitettu nimi ja verkko-osoite suoloineen; poistettu ei ole tässä
answer.*         tiedosto, josta kirjattu hyväksyntä näkyy; vain asiakkaalla ja vetäjällä
certificate.pdf  hyväksymistodistus
standing.json    mitä hyväksynnälle on sen jälkeen tapahtunut
trail.jsonl      tarjouksen tapahtumaketju: muista kuin avatuista vain tiiviste; viimeisenä ketjun pää
whole.json       kaiken muuttumattoman tiivisteet; sen oman tiivisteen saa jokainen yritys (facts.json)
own-copy.*       yrityksen oma kappale

Ketju kertoo vain siihen asti, mihin se päättyy. Joka tekee koko paketin uudelleen, voi jättää viimeiset tapahtumat
pois, myös hyväksynnän perumisen. verify.py sanoo viimeisen tapahtuman numeron ja viimeisen avoimen ajan: jos epäilet,
pyydä uusi paketti ja vertaa.

Palvelussa annettu hyväksyntä on tavallinen sähköinen allekirjoitus (eIDAS, 3 artiklan 10 kohta, 25 artiklan 1 kohta).
Kirjattu hyväksyntä on myyjän merkintä siitä, mitä se sai.
""",
    Language.SV: """BEVIS PÅ GODKÄNNANDET

Kontroll: öppna en kommandotolk i mappen där zip-filen finns och ge
    python3 verify.py PAKET.zip
Programmet behöver Python (3.9 eller nyare) och inget annat, inte ens nätet. Det säger vad som håller och, om något inte
håller, namnet på det första. Ta helst verify.py från ett annat håll än paketet du tvivlar på.

Innehåll (i en partners paket bara det som hör till den):
version.bin      offertens version som den skickades; dess SHA-256 är versionens fingeravtryck
offer-*.pdf      offerten som PDF, offer.json och offer.xml samma som data
change-*.pdf     när en ändring godkändes: sidan om vad som ändras i det som avtalats
evidence.bin     beviset: vad som godkändes, när och hur
identities.json  det skrivna namnet och nätadressen med salt; det raderade finns inte här
answer.*         filen som ett antecknat godkännande syns i; bara hos kunden och den som leder
certificate.pdf  beviset på godkännande
standing.json    vad som har hänt med godkännandet sedan dess
trail.jsonl      offertens händelsekedja: av andra händelser än de som öppnats här bara hashen; sist kedjans huvud
whole.json       hashar av allt oföränderligt; dess egen hash får varje företag (facts.json)
own-copy.*       företagets eget exemplar

Kedjan berättar bara fram till där den slutar. Den som gör hela paketet på nytt kan utelämna de sista händelserna, även
att godkännandet togs tillbaka. verify.py säger den sista händelsens nummer och tiden för den sista öppna: om du
tvivlar, be om ett nytt paket och jämför.

Ett godkännande i tjänsten är en enkel elektronisk underskrift (eIDAS, artiklarna 3.10 och 25.1).
Ett antecknat godkännande är säljarens anteckning om vad den fick.
""",
    Language.EN: """EVIDENCE OF A YES

To check it: open a terminal in the folder of this zip and type
    python3 verify.py BUNDLE.zip
The program needs Python (3.9 or newer) and nothing else, not even a network. It says what holds and, if something does
not, the name of the first such thing. Better take verify.py from elsewhere than from a bundle you doubt.

What is in it (in a partner's bundle only what is its to see):
version.bin      the version of the offer as it was sent; its SHA-256 is the version's fingerprint
offer-*.pdf      the offer as PDF files, offer.json and offer.xml the same as data
change-*.pdf     where a change was accepted: the page about what it changes of what was agreed
evidence.bin     the evidence: what was accepted, when and how
identities.json  the typed name and the address on the net, with their salts; what was erased is not here
answer.*         the file that a recorded yes is seen from; only the client's and the lead's
certificate.pdf  the certificate of acceptance
standing.json    what became of the yes since
trail.jsonl      the offer's chain of events: of those that are not open here only the hash; the head of the chain last
whole.json       the hashes of everything that never changes; every firm has the hash of that (facts.json)
own-copy.*       the firm's own copy

The chain tells no more than up to where it ends. Whoever makes the whole bundle anew can leave the last events out, an
annulment too. verify.py says the number of the last event and the time of the last open one: if in doubt, ask for a new
bundle and compare.

A yes clicked in the service is a simple electronic signature (eIDAS, Art. 3(10), 25(1)).
A recorded yes is the seller's note of what it received.
""",
}
