"""Forms that every practice has from the first day, in the words of its kind; each may be copied and changed."""

INTAKE = """
> Your answers help your clinician prepare. Only the people who treat you can read them.
# What brings you here
What would you like help with? * (long)
When did this begin? (short)
What have you tried so far, and what helped? (long)
What would be different if our work together went well? (long)
# Your health
Do you have a medical condition we should know about? (long)
Which medicines do you take, and how much of each? (long)
Are you allergic to anything? (short)
Who is your doctor, and how can they be reached? (short)
How many hours do you usually sleep? (number)
How often do you drink alcohol? (choice: never; monthly or less; 2 to 4 times a month; 2 or 3 times a week; more often)
Do you use other substances? (long)
# Earlier care
Have you been in counseling or therapy before? * (yes/no)
If so: with whom, when, and how was it? (long)
Have you ever stayed in a hospital for your mental health? (yes/no)
# Safety
> If you are in danger now, call 911, or call or text 988 at any hour.
Have you had thoughts of harming yourself or ending your life in the past month? * (yes/no)
Do you feel safe where you live? * (yes/no)
# Your life
Who lives with you? (long)
What work or school fills your days? (short)
Is there anything about your culture, faith or identity you would like us to know? (long)
Who or what gives you strength? (long)
"""

REACHING_YOU = """
> So that we reach you in the way that suits you, and the right person in an emergency.
# Reaching you
What should we call you? (short)
May we leave a voice message? * (yes/no)
How do you like to hear from us? (several: email; phone call; text message; letter)
# In an emergency
Whom may we call in an emergency? * (short)
Their phone number * (short)
How are they related to you? (short)
"""

GETTING_STARTED = """
> A few words before we begin, so that our first hour is well spent.
What would you like to achieve? * (long)
What have you tried so far, and what helped? (long)
By when would you like to get there? (date)
How much time can you spend on it each week? (choice: less than an hour; 1 to 3 hours; more)
Is there anything that would make working with us easier for you? (long)
"""

THERAPY = {"Intake": INTAKE, "Reaching you": REACHING_YOU}
OTHERS = {"Getting started": GETTING_STARTED, "Reaching you": REACHING_YOU}


def built_in(practice_kind: str) -> dict[str, str]:
    """The forms a practice of this kind starts with, by name."""
    return THERAPY if practice_kind == "therapy" else OTHERS
