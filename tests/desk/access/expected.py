"""Who may open what: every address of the desk, every persona, one table. An address that is not here fails.

Y: let through (a page, or an answer to a form). n: not there for them, or not theirs (403, 404). r: led to
another page. >: sent to the sign-in. A row is: its address's name, the words in its address, GET or POST, and
one sign a persona, in the order of PERSONAS.
"""

from dataclasses import dataclass

PERSONAS = (
    "stranger", "outsider", "duty", "investigator", "second", "supervisor", "commander", "evidence",
    "victim_worker", "prosecutor", "liaison", "auditor", "administrator",
)  # fmt: skip


@dataclass(frozen=True)
class Row:
    """One address and one way to ask it. `words` names the words of the fixture its address is made of."""

    name: str
    words: dict[str, str]
    method: str
    signs: str


def _row(line: str) -> Row:
    name, words, method, *signs = line.split()
    pairs = dict(pair.split("=") for pair in words.split(",")) if words != "-" else {}
    return Row(name, pairs, method, "".join(signs))


TABLE = """
#                                                                    s o d i s s c e v p l a a
home                        -                                   GET  > r r r r r r r r r r r r
home                        -                                   POST > Y Y Y Y Y Y Y Y Y Y Y Y
health                      -                                   GET  Y Y Y Y Y Y Y Y Y Y Y Y Y
health                      -                                   POST Y Y Y Y Y Y Y Y Y Y Y Y Y
demo                        -                                   GET  Y Y Y Y Y Y Y Y Y Y Y Y Y
demo_enter                  username=@aisha                     POST Y Y Y Y Y Y Y Y Y Y Y Y Y
language                    -                                   POST n n n n n n n n n n n n n
account_login               -                                   GET  Y r r r r r r r r r r r r
account_login               -                                   POST Y Y Y Y Y Y Y Y Y Y Y Y Y
account_logout              -                                   GET  > Y Y Y Y Y Y Y Y Y Y Y Y
account_reauthenticate      -                                   GET  > n n n n n n n n n n n n
account_reauthenticate      -                                   POST > n n n n n n n n n n n n
account_change_password     -                                   GET  > Y Y Y Y Y Y Y Y Y Y Y Y
account_change_password     -                                   POST > Y Y Y Y Y Y Y Y Y Y Y Y
mfa_index                   -                                   GET  > Y Y Y Y Y Y Y Y Y Y Y Y
mfa_authenticate            -                                   GET  > r r r r r r r r r r r r
mfa_authenticate            -                                   POST > Y Y Y Y Y Y Y Y Y Y Y Y
mfa_reauthenticate          -                                   GET  > n n n n n n n n n n n n
mfa_reauthenticate          -                                   POST > n n n n n n n n n n n n
mfa_activate_totp           -                                   GET  > n n n n n n n n n n n n
mfa_activate_totp           -                                   POST > n n n n n n n n n n n n
mfa_deactivate_totp         -                                   GET  > n n n n n n n n n n n n
mfa_deactivate_totp         -                                   POST > n n n n n n n n n n n n
mfa_view_recovery_codes     -                                   GET  > n n n n n n n n n n n n
mfa_generate_recovery_codes -                                   GET  > n n n n n n n n n n n n
mfa_generate_recovery_codes -                                   POST > n n n n n n n n n n n n
mfa_download_recovery_codes -                                   GET  > n n n n n n n n n n n n
mfa_download_recovery_codes -                                   POST > n n n n n n n n n n n n
mfa_list_webauthn           -                                   GET  > Y Y Y Y Y Y Y Y Y Y Y Y
mfa_add_webauthn            -                                   GET  > n n n n n n n n n n n n
mfa_add_webauthn            -                                   POST > n n n n n n n n n n n n
mfa_reauthenticate_webauthn -                                   GET  > n n n n n n n n n n n n
mfa_reauthenticate_webauthn -                                   POST > n n n n n n n n n n n n
mfa_remove_webauthn         pk=@1                               GET  > n n n n n n n n n n n n
mfa_remove_webauthn         pk=@1                               POST > n n n n n n n n n n n n
mfa_edit_webauthn           pk=@1                               GET  > n n n n n n n n n n n n
mfa_edit_webauthn           pk=@1                               POST > n n n n n n n n n n n n
administration              -                                   GET  > n n n n Y Y n n n n Y Y
user_add                    -                                   GET  > r r r r r r r r r r r r
user_add                    -                                   POST > n n n n n n n n n n n Y
user_roles                  user_id=user                        GET  > n n n n n n n n n n n Y
user_roles                  user_id=user                        POST > n n n n n n n n n n n Y
user_disable                user_id=user                        GET  > r r r r r r r r r r r r
user_disable                user_id=user                        POST > n n n n n n n n n n n Y
user_enable                 user_id=user                        GET  > r r r r r r r r r r r r
user_enable                 user_id=user                        POST > n n n n n n n n n n n Y
user_reset                  user_id=user                        GET  > r r r r r r r r r r r r
user_reset                  user_id=user                        POST > n n n n n n n n n n n Y
job                         job_id=job                          GET  > n Y n n n n n n n n n n
intake                      -                                   GET  > n Y n n Y n n n n Y n n
intake                      -                                   POST > n Y n n Y n n n n Y n n
intake_read                 -                                   POST > n Y n n Y n n n n Y n n
letter                      -                                   GET  > n Y n n Y n n n n Y n n
letter                      -                                   POST > n Y n n Y n n n n Y n n
map_new                     file_id=file                        GET  > n Y n n Y n n n n Y n n
map_new                     file_id=file                        POST > n Y n n Y n n n n Y n n
search                      -                                   GET  > n Y Y Y Y Y Y n n Y n n
search                      -                                   POST > n Y Y Y Y Y Y n n Y n n
referral                    referral_id=referral                GET  > n Y Y Y Y Y n n n Y n n
referral_raw                referral_id=referral                GET  > r r r r r r r r r r r r
referral_raw                referral_id=referral                POST > n Y Y Y Y n n n n n n n
referral_letter             referral_id=referral                GET  > r r r r r r r r r r r r
referral_letter             referral_id=referral                POST > n Y Y Y Y n n n n n n n
referral_reveal             referral_id=referral,child_id=child GET  > r r r r r r r r r r r r
referral_reveal             referral_id=referral,child_id=child POST > n Y Y Y Y n n n n n n n
leads                       -                                   GET  > n Y Y Y Y Y n n n Y n n
lead                        number=lead                         GET  > n Y Y Y Y Y n n n Y n n
lead_claim                  number=lead                         GET  > r r r r r r r r r r r r
lead_claim                  number=lead                         POST > n Y Y Y Y n n n n n n n
lead_let_go                 number=lead                         GET  > r r r r r r r r r r r r
lead_let_go                 number=lead                         POST > n Y Y Y Y n n n n n n n
lead_wait                   number=lead                         GET  > r r r r r r r r r r r r
lead_wait                   number=lead                         POST > n Y Y Y Y n n n n n n n
lead_close                  number=lead                         GET  > r r r r r r r r r r r r
lead_close                  number=lead                         POST > n Y Y Y Y n n n n n n n
lead_reopen                 number=lead                         GET  > r r r r r r r r r r r r
lead_reopen                 number=lead                         POST > n Y Y Y Y n n n n n n n
lead_override               number=lead                         GET  > r r r r r r r r r r r r
lead_override               number=lead                         POST > n n n n Y Y n n n n n n
lead_join                   number=lead                         GET  > r r r r r r r r r r r r
lead_join                   number=lead                         POST > n Y Y Y Y n n n n n n n
lead_part                   number=lead                         GET  > r r r r r r r r r r r r
lead_part                   number=lead                         POST > n Y Y Y Y n n n n n n n
lead_undo                   number=lead                         GET  > r r r r r r r r r r r r
lead_undo                   number=lead                         POST > n Y Y Y Y n n n n n n n
interrupt_raise             number=lead                         GET  > r r r r r r r r r r r r
interrupt_raise             number=lead                         POST > n Y Y Y Y Y n n n Y n n
interrupt_take              interrupt_id=interrupt              GET  > r r r r r r r r r r r r
interrupt_take              interrupt_id=interrupt              POST > n Y Y Y Y n n n n n n n
interrupt_clear             interrupt_id=interrupt              GET  > r r r r r r r r r r r r
interrupt_clear             interrupt_id=interrupt              POST > n n n n Y Y n n n n n n
requests                    -                                   GET  > n Y Y Y Y Y n n n n n n
request_new                 -                                   POST > n Y Y Y Y n n n n n n n
request                     number=request                      GET  > n Y Y Y Y Y n n n n n n
request_lines               number=request                      POST > n Y Y Y Y n n n n n n n
request_approve             number=request                      POST > n n n n Y Y n n n n n n
request_refuse              number=request                      POST > n n n n Y Y n n n n n n
request_withdraw            number=request                      POST > n Y Y Y Y n n n n n n n
request_serve               number=request                      POST > n n Y Y Y n n n n n n n
request_close               number=request                      POST > n n Y Y Y n n n n n n n
request_letter              number=request                      GET  > n Y Y Y Y Y n n n n n n
request_table               number=request                      GET  > n Y Y Y Y Y n n n n n n
request_rejects             number=answered,answer_id=answer    GET  > n Y Y Y Y Y n n n n n n
request_answer              number=request                      POST > n n Y Y Y n n n n n n n
request_dry_run             number=answered,answer_id=answer    POST > n n Y Y Y n n n n n n n
request_import              number=answered,answer_id=answer    POST > n n Y Y Y n n n n n n n
request_coverage            number=request                      POST > n n Y Y Y n n n n n n n
request_coverage_drop       number=answered,row_id=coverage     POST > n n Y Y Y n n n n n n n
request_resolve             number=request                      POST > n n Y Y Y n n n n n n n
cases                       -                                   GET  > n Y Y Y Y Y Y Y Y Y Y n
case_open                   -                                   POST > n n n n n n n n n n n n
case                        number=case                         GET  > n Y Y n Y Y n Y n n n n
case                        number=sent                         GET  > n Y Y n Y Y n Y Y n n n
case_step                   number=case,step=@register          GET  > n Y Y n Y Y n Y n n n n
case_step                   number=case,step=@register          POST > n Y Y n Y Y n Y n n n n
case_step                   number=sent,step=@register          GET  > n Y Y n Y Y n Y Y n n n
case_step                   number=sent,step=@register          POST > n Y Y n Y Y n Y Y n n n
case_skip                   number=case,step=@register          GET  > n Y Y n Y Y n Y n n n n
case_skip                   number=case,step=@register          POST > n Y Y n Y Y n Y n n n n
case_skip                   number=sent,step=@register          GET  > n Y Y n Y Y n Y Y n n n
case_skip                   number=sent,step=@register          POST > n Y Y n Y Y n Y Y n n n
case_sign                   number=case,record=case_record      POST > n n Y n Y Y n n n n n n
case_sign                   number=sent,record=sent_record      POST > n n Y n Y Y n n Y n n n
case_move                   number=case                         POST > n n Y n Y n n n n n n n
case_move                   number=sent                         POST > n n Y n Y n n n n n n n
case_referrals              number=case                         POST > n n Y n Y n n n n n n n
case_referrals              number=sent                         POST > n n Y n Y n n n n n n n
case_fact                   number=case                         GET  > n Y Y n Y Y n Y n n n n
case_fact                   number=case                         POST > n Y Y n Y Y n Y n n n n
case_fact                   number=sent                         GET  > n Y Y n Y Y n Y n n n n
case_fact                   number=sent                         POST > n Y Y n Y Y n Y n n n n
case_event                  number=case                         GET  > n Y Y n Y Y n Y n n n n
case_event                  number=case                         POST > n Y Y n Y Y n Y n n n n
case_event                  number=sent                         GET  > n Y Y n Y Y n Y n n n n
case_event                  number=sent                         POST > n Y Y n Y Y n Y n n n n
case_person                 number=case                         GET  > n n Y n Y n n n n n n n
case_person                 number=case                         POST > n n Y n Y n n n n n n n
case_person                 number=sent                         GET  > n n Y n Y n n n n n n n
case_person                 number=sent                         POST > n n Y n Y n n n n n n n
case_document_add           number=case                         GET  > n n Y n Y n n n n n n n
case_document_add           number=case                         POST > n n Y n Y n n n n n n n
case_document_add           number=sent                         GET  > n n Y n Y n n n n n n n
case_document_add           number=sent                         POST > n n Y n Y n n n n n n n
case_document               number=case,version=case_version    GET  > n Y Y n Y Y n Y n n n n
case_document               number=sent,version=sent_version    GET  > n Y Y n Y Y n Y n n n n
case_note                   number=case                         GET  > n n Y n Y n n n n n n n
case_note                   number=case                         POST > n n Y n Y n n n n n n n
case_note                   number=sent                         GET  > n n Y n Y n n n n n n n
case_note                   number=sent                         POST > n n Y n Y n n n n n n n
case_staff                  number=case                         GET  > n n n n Y Y n n n n n n
case_staff                  number=case                         POST > n n n n Y Y n n n n n n
case_staff                  number=sent                         GET  > n n n n Y Y n n n n n n
case_staff                  number=sent                         POST > n n n n Y Y n n n n n n
case_dossier_build          number=case                         POST > n n Y n Y n n n n n n n
case_dossier_build          number=sent                         POST > n n Y n Y n n n n n n n
case_dossier                number=case,dossier=case_dossier    GET  > n n Y n Y Y n n n n n n
case_dossier                number=sent,dossier=sent_dossier    GET  > n n Y n Y Y n n Y n n n
case_dossier_send           number=case,dossier=case_dossier    POST > n n Y n Y n n n n n n n
case_dossier_send           number=sent,dossier=sent_dossier    POST > n n Y n Y n n n n n n n
case_outcome                number=case                         GET  > n n n n n n n n n n n n
case_outcome                number=case                         POST > n n n n n n n n n n n n
case_outcome                number=sent                         GET  > n n n n n n n n Y n n n
case_outcome                number=sent                         POST > n n n n n n n n Y n n n
case_close                  number=case                         POST > n n n n Y Y n n n n n n
case_close                  number=sent                         POST > n n n n Y Y n n n n n n
today                       -                                   GET  > Y Y Y Y Y Y Y Y Y Y Y Y
handover                    -                                   GET  > n Y Y Y Y Y n n n n n n
handover_sign               -                                   GET  > r r r r r r r r r r r r
handover_sign               -                                   POST > n Y Y Y Y n n n n n n n
handover_accept             -                                   GET  > r r r r r r r r r r r r
handover_accept             -                                   POST > n n n n n n n n n n n n
promise_add                 -                                   GET  > r r r r r r r r r r r r
promise_add                 -                                   POST > n Y Y Y Y n n n n n n n
promise_keep                promise_id=promise                  GET  > r r r r r r r r r r r r
promise_keep                promise_id=promise                  POST > n Y Y Y Y n n n n n n n
handover_one                handover_id=handover                GET  > n Y Y Y Y Y n n n n n n
"""

ROWS = [_row(line) for line in TABLE.strip().splitlines() if line.strip() and not line.startswith("#")]
