"""What a fault of a package says to the person who made the file: what is the matter, and what to write instead."""

from django.utils.dates import MONTHS
from django.utils.translation import gettext, override

from bids.exports.bid_package.faults import Fault
from kernel import picture_sentences


def _(sentence: str) -> str:
    """The sentence itself, found here by the catalogues' maker; Django's own mark would ask for settings at import."""
    return sentence


SENTENCES = {
    # the file
    "file_empty": _("The file is empty."),
    "file_too_large": _("The file is larger than %(megabytes)s MB."),
    "file_is_office": _("This is an Excel or Word file, or another packed one. A package is a JSON file."),
    "file_is_pdf": _("This is a PDF. A package is a JSON file; ask the sender for the package itself."),
    "file_is_picture": _("This is a picture. A package is a JSON file."),
    "file_utf_16": _("The file is saved as UTF-16. Save it as UTF-8."),
    "file_not_utf_8": _(
        "The file is not UTF-8: the byte at line %(line)s, column %(column)s is no letter. Save the file as UTF-8."
    ),
    "too_deep": _("There are %(depth)s lists and objects within each other; %(most)s is the most."),
    "more_faults": _("There are %(count)s more faults."),
    "json_ends_early": _(
        "The file ends too early, at line %(line)s, column %(column)s: a bracket or a quotation mark is not closed."
    ),
    "json_trailing_comma": _("Line %(line)s, column %(column)s: take away the comma before the closing bracket."),
    "json_key_expected": _("Line %(line)s, column %(column)s: a key in double quotes is expected here."),
    "json_comma_expected": _("Line %(line)s, column %(column)s: a comma or a closing bracket is missing before this."),
    "json_colon_expected": _("Line %(line)s, column %(column)s: a colon is missing between key and value."),
    "json_value_expected": _(
        "Line %(line)s, column %(column)s: a value is expected here; texts and numbers stand in double quotes."
    ),
    "json_extra_data": _("Line %(line)s, column %(column)s: the package has ended, but the file goes on."),
    "json_string_unended": _(
        "Line %(line)s, column %(column)s: the text that begins here is not closed with a quotation mark."
    ),
    "json_line_break_in_text": _(
        "Line %(line)s, column %(column)s: inside a text, a line break is written as a backslash and n, "
        "a tab as a backslash and t."
    ),
    "json_backslash": _("Line %(line)s, column %(column)s: inside a text, write a backslash twice."),
    "json_broken": _("Line %(line)s, column %(column)s: this is not JSON."),
    "format_missing": _('This is no bid package: it lacks "format": "%(known)s".'),
    "format_unknown": _('The format "%(value)s" is not known here. Write "%(known)s".'),
    # keys
    "key_missing": _("This is missing."),
    "key_null": _("null says nothing here. Write a value, or leave the key out."),
    "key_unknown": _("This key is not known."),
    "key_meant": _('This key is not known. Did you mean "%(meant)s"?'),
    "key_repeated": _("This key stands twice in the same object."),
    # forms
    "not_an_object": _("An object is expected here: { … }."),
    "not_a_list": _("A list is expected here: [ … ]."),
    "list_empty": _("At least one is needed here."),
    "list_too_long": _("There are %(length)s of these; %(most)s is the most."),
    "not_a_text": _("A text in double quotes is expected here."),
    "text_unquoted": _('A text is expected here. Write "%(value)s", in double quotes.'),
    "text_empty": _("This must not be empty."),
    "text_too_long": _("The text has %(length)s characters; %(most)s is the most."),
    "name_shape": _(
        '"%(value)s" cannot be a name here: use letters, digits, - and _, without spaces, and keep it short.'
    ),
    "name_shape_mended": _('Write "%(meant)s" instead of "%(value)s", without spaces.'),
    "not_a_flag": _("Write true or false, without quotes."),
    "flag_quoted": _('Write true or false, without quotes, instead of "%(value)s".'),
    "word_unknown": _('"%(value)s" is not known here. Known are: %(known)s.'),
    "word_meant": _('"%(value)s" is not known here. Did you mean "%(meant)s"? Known are: %(known)s.'),
    # numbers
    "not_a_number_in_quotes": _('A number in double quotes is expected here, such as "24.90".'),
    "number_unquoted": _('Write "%(value)s", in double quotes: that keeps every digit.'),
    "not_a_number": _('"%(value)s" is not a number. Write digits and a decimal point, such as "24.90".'),
    "number_format": _(
        '"%(value)s" is not a number here. Write %(number)s: a decimal point, and no spaces or marks between digits.'
    ),
    "number_ambiguous": _(
        '"%(value)s" could be %(thousands)s or %(decimals)s. Write the one you mean, with a decimal point.'
    ),
    "number_exponent": _('"%(value)s" has an exponent. Write the number with all its digits.'),
    "number_other_digits": _('"%(value)s" is written in other digits than 0–9.'),
    "number_with_percent": _('"%(value)s" is not a number. Write %(number)s, without the percent sign.'),
    "number_with_euro": _('"%(value)s" is not a number. Write %(number)s, without the currency.'),
    "number_with_unit": _('"%(value)s" is not a number. Write %(number)s here; the unit %(unit)s belongs in "unit".'),
    "number_decimals": _('"%(value)s" has too many decimals; %(most)s is the most.'),
    "number_too_large": _('"%(value)s" is too large; %(most)s is the most.'),
    "number_too_small": _('"%(value)s" is too small; %(least)s is the least.'),
    "number_not_above": _('"%(value)s" must be more than %(least)s.'),
    "not_a_whole_number": _("A whole number without quotes is expected here, such as 14."),
    "whole_quoted": _("Write %(value)s without quotes."),
    "whole_bounds": _("%(value)s is not between %(least)s and %(most)s."),
    # days
    "day_format": _('"%(value)s" is not a date. Write year, month and day as in 2026-03-05.'),
    "day_order": _('Write the date "%(value)s" as %(day)s: year, month, day.'),
    "day_ambiguous": _('"%(value)s" could be two dates. Write year, month and day as in 2026-03-05.'),
    "day_counted": _('"%(value)s" looks like a spreadsheet\'s number of the day %(day)s. Write the date in that form.'),
    "day_no_such_month": _(
        '"%(value)s" is not a date: months go from 1 to 12. Write year, month and day as in 2026-03-05.'
    ),
    "day_beyond_month": _(
        '"%(value)s" does not exist: %(month)s %(year)s has %(last)s days. Dates are written as %(day)s.'
    ),
    "day_bounds": _('"%(value)s" is not between %(first)s and %(last)s.'),
    "period_order": _("The last day, %(last)s, is before the first, %(first)s."),
    "validity_order": _("The offer would end on %(last)s, before it is made on %(first)s."),
    "delivered_twice": _("Give delivered_on, or delivered_from and delivered_to, but not both."),
    "delivered_half": _("delivered_from and delivered_to belong together; one of them is missing."),
    "delivery_missing": _("Say when everything is delivered: here, or with every line."),
    "line_delivery_missing": _("Say when this line is delivered: here, or for the whole offer in delivery."),
    # identifiers
    "business_id_mended": _('Write the Business ID "%(value)s" as %(meant)s.'),
    "business_id_digits": _('"%(value)s" is no Business ID: use the digits 0–9.'),
    "business_id_vat_number": _('"%(value)s" is a VAT number. Write the Business ID here, such as %(meant)s.'),
    "business_id_vat_number_wrong": _(
        '"%(value)s" looks like a VAT number, but a digit in it is wrong. Write the Business ID here.'
    ),
    "business_id_shape": _(
        '"%(value)s" is no Business ID. It has seven digits, a hyphen and a check digit, such as 2077474-0.'
    ),
    "business_id_check_digit": _('"%(value)s" is no Business ID: a digit is wrong, for the check digit does not fit.'),
    "vat_number_shape": _(
        '"%(value)s" is no VAT number. It begins with the two letters of the country, such as FI20774740.'
    ),
    "vat_number_finnish": _(
        '"%(value)s" is no Finnish VAT number. It is FI and the eight digits of the Business ID, such as FI20774740.'
    ),
    "email_shape": _('"%(value)s" is not an e-mail address.'),
    "email_shape_mended": _('Write the e-mail address "%(value)s" as %(meant)s.'),
    "municipality_shape": _('"%(value)s" is no municipality code. It has three digits, such as 491 for Mikkeli.'),
    "municipality_shape_mended": _('Write the municipality code "%(value)s" with three digits: %(meant)s.'),
    "colour_shape": _('"%(value)s" is not a colour. Write # and six digits, such as #1d5c63.'),
    "colour_shape_mended": _('Write the colour "%(value)s" as %(meant)s.'),
    # firms
    "lead_missing": _('No firm leads. Give one of them the role "lead".'),
    "lead_twice": _("Only one firm can lead, and %(first)s does already."),
    "key_reserved": _('"%(value)s" cannot be a firm\'s key: it stands for the client.'),
    "firm_twice": _("The firm with the Business ID %(value)s takes part already: %(first)s."),
    "firm_unknown": _('No firm here has the key "%(value)s". Known are: %(known)s.'),
    # names
    "name_twice": _('"%(value)s" stands already at %(first)s.'),
    "line_unknown": _('No line has the code "%(value)s".'),
    "lines_too_many": _("There are %(length)s lines in the offer; %(most)s is the most."),
    "milestone_unknown": _('No milestone has the id "%(value)s".'),
    "milestones_in_a_circle": _('The milestone "%(value)s" would wait for itself: these needs go round in a circle.'),
    "hands_over_to_itself": _("A milestone is handed over to somebody else than its owner."),
    # choices
    "replaces_itself": _("A line cannot replace itself."),
    "replaces_replacing": _('A replaced line replaces nothing itself, but "%(value)s" replaces "%(other)s".'),
    "replaces_group_member": _('A replaced line is in no group, but "%(value)s" is in the group "%(group)s".'),
    "group_optional": _('A line of the group "%(group)s" is not optional: one of the group always counts.'),
    "group_replaces": _('A line of the group "%(group)s" does not replace another: choosing it is enough.'),
    "group_without_default": _(
        'The group "%(group)s" has no default. Mark the line that counts until another is chosen.'
    ),
    "group_default_twice": _('The group "%(group)s" has a default already: %(first)s.'),
    "default_without_group": _("Only a line of a group can be the default."),
    "package_default_twice": _("Only one package can be the default, and %(first)s is already."),
    "package_two_of_group": _('"%(value)s" and "%(first)s" are of the same group; only one of them can be chosen.'),
    "package_two_replace": _('"%(value)s" and "%(first)s" replace the same line; only one of them can be chosen.'),
    "line_always_counts": _(
        '"%(value)s" always counts, so it cannot be chosen: it is not optional, replaces nothing and is in no group.'
    ),
    # money and VAT
    "adjustment_both": _("Give percent or amount, not both."),
    "adjustment_none": _("Give percent or amount."),
    "discount_too_large": _(
        "The discount of %(amount)s is more than the lines come to in the smallest choice, %(least)s."
    ),
    "plan_not_whole": _("The instalments are %(together)s percent together; they must be exactly 100."),
    "cap_missing": _('A line with the pricing "cap" needs the quantity it is capped at.'),
    "cap_unneeded": _('Only a line with the pricing "cap" has a cap; this one has "%(value)s".'),
    "cap_below_quantity": _("The cap %(cap)s is below the quantity %(quantity)s."),
    "offer_too_large": _("The lines come to more than %(most)s euros together."),
    "vat_rate_not_in_force": _("VAT %(rate)s %% is not in force on %(day)s. In force are: %(rates)s."),
    "vat_split_the_line": _(
        "VAT %(rate)s %% is not in force all through the delivery: it changes on %(changes)s. Split the line there."
    ),
    "vat_unknown": _('"%(value)s" is neither a VAT rate nor one of %(known)s.'),
    "vat_zero_rate": _(
        '"%(value)s" says too little. Write zero, exempt or reverse, and vat_reason. '
        "For a firm not liable to VAT, set its vat_liable to false."
    ),
    "vat_of_seller": _(
        "That is said of the firm: set its vat_liable to false. Here stands the VAT that a liable firm would charge."
    ),
    "vat_reason_missing": _('Say why no VAT is charged, such as "AVL 34 §", since vat is "%(value)s".'),
    "vat_reason_unneeded": _('A reason belongs to zero, exempt and reverse. With a VAT rate, leave "%(value)s" out.'),
    # files
    "file_name_shape": _('"%(value)s" cannot be a file\'s name: use letters a–z, digits, dot, - and _.'),
    "file_name_shape_mended": _('Write "%(meant)s" instead of "%(value)s".'),
    "file_unknown": _('No file here is called "%(value)s".'),
    "file_not_base64": _("This is not Base64."),
    "file_over_size": _("The file is larger than %(kilobytes)s kB."),
    "files_too_large": _("The files are %(kilobytes)s kB together; %(most)s kB is the most."),
    "file_type_unknown": _('The file is not of the type "%(value)s".'),
    "file_type_differs": _('The file is not of the type "%(value)s" but "%(found)s".'),
}
"""By code of the fault; a fault of another code would be a fault of ours."""


def fault_sentence(fault: Fault, language: str | None = None) -> str:
    """The fault in one sentence or two, in the language in force or the one asked for; the path stands apart."""
    if language is not None:
        with override(language):
            return fault_sentence(fault)
    params = dict(fault.params)
    if "month" in params:
        params["month"] = str(MONTHS[int(params["month"])])
    sentence = SENTENCES.get(fault.code) or picture_sentences.SENTENCES[fault.code]
    return gettext(sentence) % params


def fault_line(fault: Fault, language: str | None = None) -> str:
    """The path and the sentence on one line; a fault of the file itself has no path."""
    sentence = fault_sentence(fault, language)
    return f"{fault.path}: {sentence}" if fault.path else sentence
