"""The guide: the day item by item, one key each, with everything at hand that a good answer needs.

``stops`` says what there is to go through and ``place`` where one is; ``dossier`` gathers what is known of an item,
``precedents`` what one answered last time; ``deeds`` does what a key says, through the actions of the steps. ``walk``
holds it together without a terminal; ``page`` draws, ``keyed`` and ``typed`` are its two ways to be driven.
"""
