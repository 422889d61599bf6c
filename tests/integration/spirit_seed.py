"""Runs inside Spirit's own environment: answers requests on standard input with Spirit's models, one JSON line each."""

import json
import sys
from datetime import UTC, datetime

import django

django.setup()

from django.contrib.auth import get_user_model
from spirit.category.models import Category
from spirit.comment.models import Comment
from spirit.core.utils.markdown import Markdown
from spirit.topic.models import Topic

Users = get_user_model()


def user(name):
    return Users.objects.get_or_create(username=name, defaults={"email": f"{name}@listening.example"})[0]


def topic(title, at, by="ida"):
    category, _ = Category.objects.get_or_create(title="Wards", parent=None)
    made = Topic.objects.create(user=user(by), category=category, title=title, last_active=moment(at), date=moment(at))
    return made.pk


def comment(topic, text, at, by="ida"):
    made = Comment.objects.create(
        user=user(by), topic_id=topic, comment=text, comment_html=Markdown().render(text), date=moment(at)
    )
    Topic.objects.filter(pk=topic, last_active__lt=moment(at)).update(last_active=moment(at))
    return made.pk


def edit(comment, text, at):
    Comment.objects.filter(pk=comment).update(
        comment=text, comment_html=Markdown().render(text), is_modified=True, modified_count=1
    )
    Topic.objects.filter(comment=comment).update(last_active=moment(at))


def remove(comment):
    Comment.objects.filter(pk=comment).update(is_removed=True)


def close(topic, by="ida"):
    Comment.create_moderation_action(user=user(by), topic=Topic.objects.get(pk=topic), action=Comment.CLOSED)


def remove_topic(topic):
    Topic.objects.filter(pk=topic).update(is_removed=True)


def moment(said):
    return datetime.fromisoformat(said).astimezone(UTC)


for line in sys.stdin:
    name, said = json.loads(line)
    print(json.dumps(globals()[name](**said)), flush=True)
